"""A case as tracking tells it to a member of staff: what of it is printed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from shared.contracts.petition import Petitioner, Place


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Entry(_Told):
    """Something that happened; `data` has the fact's own fields, `text` and `reason` its personal ones."""

    at: datetime
    type: str
    label: str
    actor: str
    internal: bool
    public_note: str | None = None
    text: str | None = None
    reason: str | None = None
    data: dict[str, Any] = {}


class Attachment(_Told):
    """A file, or one that could not be kept."""

    at: datetime
    state: str
    filename: str | None = None
    size: int | None = None
    origin: str | None = None
    public: bool = False


class Sms(_Told):
    """A text to the petitioner."""

    at: datetime
    state: str
    template: str | None = None
    segments: int | None = None


class SurveyAnswer(_Told):
    """What the petitioner said of one end of the petition."""

    at: datetime
    resolution: int
    rating: int
    solved: str
    comment: str | None = None


class Case(_Told):
    """The petitioner is masked unless `revealed`."""

    number: str
    authority: str
    status_label: str
    outcome_label: str | None
    category_label: str
    department_name: str
    officer_name: str | None
    channel: str
    filed_at: datetime
    due_at: datetime
    accepted_at: datetime | None
    scheduled_for: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    merged_into: str | None
    latitude: float | None
    longitude: float | None
    petitioner: Petitioner
    subject: str
    details: str
    place: Place | None
    timeline: list[Entry]
    attachments: list[Attachment]
    sms: list[Sms]
    survey_answers: list[SurveyAnswer]
    revealed: bool = False
