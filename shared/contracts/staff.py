"""What identity tells about who works for an authority, and as what."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from shared.contracts.fact import PERSONAL, Fact


class StaffRole(StrEnum):
    """What somebody does at an authority. `platform_admin` is of no authority (`*`) and looks after all of them."""

    CLERK = "clerk"
    OFFICER = "officer"
    HEAD = "head"
    EXECUTIVE = "executive"
    ADMIN = "admin"
    AUDITOR = "auditor"
    PLATFORM_ADMIN = "platform_admin"


class StaffInvited(Fact):
    """Whoever shows the invitation's code at a login before `expires_at` gets the role."""

    TYPE: ClassVar[str] = "staff.invited"
    invitation_id: UUID
    authority: str
    role: StaffRole
    department: str | None = None
    expires_at: datetime


class StaffGranted(Fact):
    """A person has a role at an authority. `person_key` is the keyed hash of the citizen number; both it and the name
    are sealed with a key of this grant."""

    TYPE: ClassVar[str] = "staff.granted"
    staff_id: UUID
    subject_id: UUID
    authority: str
    role: StaffRole
    department: str | None = None
    invitation_id: UUID | None = None
    person_key: Annotated[str, PERSONAL]
    name: Annotated[str | None, PERSONAL] = None


class StaffRevoked(Fact):
    """The role is taken away: sessions that use it end."""

    TYPE: ClassVar[str] = "staff.revoked"
    staff_id: UUID
    authority: str
    role: StaffRole
    reason: str
