"""All that is known about a member, as identity and tracking tell it to the member: what of it is printed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Happened(_Told):
    """A fact of the account, in clear."""

    type: str
    at: datetime
    data: dict[str, Any]


class Session(_Told):
    """Where the member is logged in."""

    provider: str
    began_at: datetime
    seen_at: datetime
    current: bool


class Account(_Told):
    """Identity's part."""

    exported_at: datetime
    person_id: UUID
    providers: list[str]
    sessions: list[Session]
    facts: list[Happened]


class OwnPetition(_Told):
    """Tracking's part: one petition of the member. `subject` is None once it was erased."""

    number: str
    authority: str
    status_label: str
    category: str
    subject: str | None
    filed_at: datetime


@dataclass(frozen=True, slots=True)
class OwnData:
    """Both together."""

    account: Account
    petitions: list[OwnPetition]
