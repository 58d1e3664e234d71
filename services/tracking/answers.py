"""The shapes of tracking's answers, with examples. Times are RFC 3339 in UTC."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.tracking.satisfaction import SurveyAnswer, SurveyView
from shared.contracts.petition import Petitioner, Place


class TimelineEntry(BaseModel):
    """Something that happened; `status` is the one after it."""

    at: datetime
    status: str
    label: str
    public_note: str | None = None


class PublishedPhoto(BaseModel):
    """A photo of the work: documents opens it with the tracking code too."""

    attachment_id: UUID
    media_type: str
    at: datetime


class StatusView(BaseModel):
    """Where a petition stands: no personal data. `category` and `department` are names; `actions` are what the citizen
    may do now, once it is proved who asks; `rate` and `request_reopening` are answers to the survey and need no such
    proof. `form_ready`: the official form is printed."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "number": "KT1080767000011",
                    "authority": "kathu",
                    "status": "in_progress",
                    "status_label": "กำลังดำเนินการ",
                    "outcome": None,
                    "outcome_label": None,
                    "category": "ถนนและทางเท้า : ถนน/ไหล่ทาง",
                    "category_code": "roads.surface",
                    "department": "กองช่าง",
                    "department_code": "works",
                    "filed_at": "2024-07-08T10:56:42Z",
                    "due_at": "2024-07-23T16:59:59Z",
                    "scheduled_for": None,
                    "timeline": [
                        {"at": "2024-07-08T10:56:42Z", "status": "filed", "label": "รอรับเรื่อง", "public_note": None},
                        {
                            "at": "2024-07-09T02:10:00Z",
                            "status": "accepted",
                            "label": "รับเรื่องแล้ว",
                            "public_note": "ส่งกองช่างตรวจสอบพื้นที่",
                        },
                    ],
                    "form_ready": True,
                    "photos": [
                        {
                            "attachment_id": "0190914c-0000-7000-8000-000000000001",
                            "media_type": "image/jpeg",
                            "at": "2024-07-12T03:05:00Z",
                        }
                    ],
                    "actions": ["provide_information", "add_photo", "withdraw"],
                    "survey": {"open": False, "answered": False, "reopen_until": None},
                    "reopening_requested": False,
                }
            ]
        }
    )
    number: str
    authority: str
    status: str
    status_label: str
    outcome: str | None
    outcome_label: str | None
    category: str
    category_code: str
    department: str
    department_code: str
    filed_at: datetime
    due_at: datetime
    scheduled_for: datetime | None
    timeline: list[TimelineEntry]
    form_ready: bool
    photos: list[PublishedPhoto]
    actions: list[str]
    survey: SurveyView
    reopening_requested: bool


class ListedPetition(BaseModel):
    """A petition in the staff's queue: no personal data. `actions`: what the caller may ask of intake now."""

    petition_id: UUID
    number: str
    authority: str
    status: str
    status_label: str
    outcome: str | None
    category: str
    category_label: str
    department: str
    department_name: str
    officer: str | None
    officer_name: str | None
    channel: str
    filed_at: datetime
    due_at: datetime
    overdue: bool
    latitude: float | None
    longitude: float | None
    reopening_requested: bool
    version: int
    actions: list[str]


class Counts(BaseModel):
    """How many petitions a filter has; `by_status` leaves out the states that none is in."""

    all: int
    by_status: dict[str, int]
    overdue: int
    mine: int
    unassigned: int
    reopening_requested: int


class FoundPetitions(BaseModel):
    """The newest petitions of a person; `more`: there are older ones."""

    items: list[ListedPetition]
    more: bool


class PetitionPage(BaseModel):
    """One page; `next` is the cursor of the following one, null at the end."""

    items: list[ListedPetition]
    next: str | None


class StaffEntry(TimelineEntry):
    """Something that happened, with the fact's own fields in `data` and its personal text in `text`."""

    position: int
    type: str
    actor: str
    internal: bool
    data: dict[str, Any]
    text: str | None = None
    reason: str | None = None


class AttachmentView(BaseModel):
    """A file of the petition, or one that could not be kept (`state` rejected, with a reason). `origin` is who gave it;
    a `public` one is a photo that staff published."""

    attachment_id: UUID
    state: str
    at: datetime
    filename: str | None = None
    media_type: str | None = None
    size: int | None = None
    sha256: str | None = None
    origin: str | None = None
    public: bool = False
    reason: str | None = None


class FormView(BaseModel):
    """The official form as it was last printed."""

    document: str
    sha256: str
    size: int
    ready_at: datetime


class MessageView(BaseModel):
    """A text to the petitioner: requested, accepted, delivered, undelivered, failed or outcome_unknown."""

    message_id: UUID
    state: str
    at: datetime
    template: str | None = None
    segments: int | None = None
    attempt: int | None = None
    code: str | None = None


class WholePetition(ListedPetition):
    """Everything known of a petition; personal texts read "ลบแล้ว" once the person was erased. Unless `revealed`, the
    petitioner is masked: initials, the phone without its last four digits, of the address the subdistrict."""

    service: str
    fiscal_year: int
    outcome_label: str | None
    accepted_at: datetime | None
    scheduled_for: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    merged_into: str | None
    petitioner: Petitioner
    revealed: bool = False
    subject: str
    details: str
    place: Place | None = None
    timeline: list[StaffEntry]
    attachments: list[AttachmentView]
    form: FormView | None
    sms: list[MessageView]
    survey_answers: list[SurveyAnswer]


class Happened(BaseModel):
    """A fact as it happens. `status` is null where the state stays."""

    position: int
    type: str
    petition_id: UUID
    number: str
    authority: str
    status: str | None
    label: str
    at: datetime
    actor: str
