"""What intake tells about a petition, from its filing to its end. Who did it is in the envelope's actor."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, model_validator

from shared.contracts.fact import ERASED, PERSONAL, Fact, Value
from shared.contracts.petition_states import Outcome, PetitionState


class DepartmentRef(Value):
    """A department as it was called at that time."""

    code: str
    name: str


class Officer(Value):
    """A member of staff as named at that time. Public duty data, not sealed."""

    id: str
    name: str


class PersonalValue(Value):
    """A part of a fact about a person. Read back after erasure, each of its texts is `ERASED`."""

    @model_validator(mode="before")
    @classmethod
    def _erased_in_every_field(cls, data: Any) -> Any:
        if getattr(data, "value", data) == ERASED:
            return dict.fromkeys(cls.model_fields, ERASED)
        return data


class Address(PersonalValue):
    """A Thai postal address; names without the words ตำบล, อำเภอ, จังหวัด. `postal_code` has five digits."""

    house_no: str | None = None
    moo: str | None = None
    soi: str | None = None
    road: str | None = None
    subdistrict: str | None = None
    district: str | None = None
    province: str | None = None
    postal_code: str | None = None


class Petitioner(PersonalValue):
    """Who files. `citizen_id` has 13 digits; `phone` is E.164. A single name leaves `family_name` empty."""

    title: str | None = None
    given_name: str
    family_name: str | None = None
    citizen_id: str
    phone: str
    email: str | None = None
    address: Address | None = None


class Place(PersonalValue):
    """Where the work is needed, in the petitioner's words; may tell where a person lives."""

    description: str | None = None
    house_no: str | None = None
    moo: str | None = None
    soi: str | None = None
    road: str | None = None


class Location(Value):
    """Where the work is needed, for maps and statistics. WGS 84 degrees; public."""

    latitude: float | None = None
    longitude: float | None = None
    subdistrict: str | None = None
    district: str | None = None
    province: str | None = None
    postal_code: str | None = None


class AuthoritySnapshot(Value):
    """The authority as the printed form shows it."""

    name: str
    address: str
    phone: str


class SmsPolicy(Value):
    """How the authority texts: `link_base` has no scheme; `sender` has at most 11 characters."""

    include_link: bool
    link_base: str | None
    sender: str


class OfPetition(BaseModel):
    """Which petition a fact is about; `authority` is the authority's code."""

    petition_id: UUID
    number: str
    authority: str


class PetitionFiled(OfPetition, Fact):
    """A citizen's petition is stored and has its number. `tracking_url` holds the tracking code: personal. `subject_id`
    is its petitioner in this petition alone; `member_id` is whose it is, when it was filed with an account."""

    TYPE: ClassVar[str] = "petition.filed"
    service: str
    fiscal_year: int
    category: str
    category_label: str
    department: DepartmentRef
    filed_at: datetime
    due_at: datetime
    tracking_code: Annotated[str, PERSONAL]
    tracking_code_hash: str
    tracking_url: Annotated[str, PERSONAL]
    subject_id: UUID
    member_id: UUID | None = None
    petitioner: Annotated[Petitioner, PERSONAL]
    subject: Annotated[str, PERSONAL]
    details: Annotated[str, PERSONAL]
    place: Annotated[Place | None, PERSONAL] = None
    location: Location | None = None
    uploads: tuple[str, ...] = ()
    channel: str = "web"
    assurance_level: str | None = None
    authority_snapshot: AuthoritySnapshot
    sms: SmsPolicy


class PetitionAccepted(OfPetition, Fact):
    """The authority received the petition; `officer` is the receiving officer of the printed form."""

    TYPE: ClassVar[str] = "petition.accepted"
    officer: Officer
    public_note: str | None = None


class PetitionRejected(OfPetition, Fact):
    """The authority will not handle the petition; the citizen reads the reason. With the one that it was merged into:
    `main_resolution` is which end of that one, counted from 1."""

    TYPE: ClassVar[str] = "petition.rejected"
    reason: str
    main_resolution: int | None = None


class PetitionAssigned(OfPetition, Fact):
    """A department, and perhaps one officer of it, is to do the work."""

    TYPE: ClassVar[str] = "petition.assigned"
    department: DepartmentRef
    officer: Officer | None = None


class PetitionTransferred(OfPetition, Fact):
    """Another department of the authority has taken the petition over; no officer has it yet."""

    TYPE: ClassVar[str] = "petition.transferred"
    previous_department: DepartmentRef
    department: DepartmentRef
    reason: str


class PetitionRecategorised(OfPetition, Fact):
    """The petition stands in another category, and its owning department is the one of that category."""

    TYPE: ClassVar[str] = "petition.recategorised"
    previous_category: str
    category: str
    category_label: str
    department: DepartmentRef


class PetitionStarted(OfPetition, Fact):
    """Work on the petition is going on."""

    TYPE: ClassVar[str] = "petition.started"
    public_note: str | None = None


class PetitionScheduled(OfPetition, Fact):
    """The work has a date."""

    TYPE: ClassVar[str] = "petition.scheduled"
    scheduled_for: datetime
    public_note: str | None = None


class InformationRequested(OfPetition, Fact):
    """The authority cannot go on without an answer of the petitioner. Its own time stands still."""

    TYPE: ClassVar[str] = "petition.information_requested"
    question: str
    asked_at: datetime | None = None


class InformationProvided(OfPetition, Fact):
    """The petitioner added to the petition, asked or not."""

    TYPE: ClassVar[str] = "petition.information_provided"
    subject_id: UUID
    text: Annotated[str, PERSONAL]
    uploads: tuple[str, ...] = ()


class PetitionForwarded(OfPetition, Fact):
    """An agency outside the authority was asked to act."""

    TYPE: ClassVar[str] = "petition.forwarded"
    agency: str
    reason: str


class NoteAdded(OfPetition, Fact):
    """Staff wrote something down; a public note is for the citizen. Sealed, because notes tell about persons."""

    TYPE: ClassVar[str] = "petition.note_added"
    subject_id: UUID
    visibility: Literal["public", "internal"]
    text: Annotated[str, PERSONAL]
    uploads: tuple[str, ...] = ()


class PetitionResolved(OfPetition, Fact):
    """The authority did what it will do. `uploads` are the photos of the work. With the one that it was merged into:
    `main_resolution` is which end of that one, counted from 1."""

    TYPE: ClassVar[str] = "petition.resolved"
    outcome: Outcome
    public_note: str
    uploads: tuple[str, ...] = ()
    main_resolution: int | None = None


class PetitionClosed(OfPetition, Fact):
    """Nothing more is expected of anybody."""

    TYPE: ClassVar[str] = "petition.closed"
    public_note: str | None = None


class PetitionReopened(OfPetition, Fact):
    """The petition is to be looked at again; its outcome no longer holds."""

    TYPE: ClassVar[str] = "petition.reopened"
    reason: str


class ReopeningRequested(OfPetition, Fact):
    """The petitioner, asked how it went, wants the petition to be looked at again; staff decide."""

    TYPE: ClassVar[str] = "petition.reopening_requested"
    answer_id: UUID
    resolution: int


class ReopeningDeclined(OfPetition, Fact):
    """The petitioner asked for the petition to be looked at again, and the authority will not."""

    TYPE: ClassVar[str] = "petition.reopening_declined"
    reason: str


class PetitionWithdrawn(OfPetition, Fact):
    """The petitioner does not want the petition handled any more."""

    TYPE: ClassVar[str] = "petition.withdrawn"
    subject_id: UUID
    reason: Annotated[str | None, PERSONAL] = None


class PetitionMerged(OfPetition, Fact):
    """The petition tells the same as another one, and goes on there."""

    TYPE: ClassVar[str] = "petition.merged"
    into_petition_id: UUID
    into_number: str


class PetitionUnmerged(OfPetition, Fact):
    """A merge was a mistake: the petition goes on by itself, in the state it had before."""

    TYPE: ClassVar[str] = "petition.unmerged"
    restored_status: PetitionState
    reason: str
