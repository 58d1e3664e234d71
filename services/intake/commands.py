"""What may be asked of intake. Each is frozen; its texts are cleaned and have a length that is checked."""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from shared.contracts.petition import DepartmentRef, Location, Officer, Petitioner, Place
from shared.contracts.petition_states import Outcome
from shared.kernel.text import clean_line, clean_text

UPLOAD_LIMIT: Final = 10
UPLOAD_ID: Final = r"[0-9A-Za-z_-]{1,64}"
UPLOAD_UNCLEAR: Final = "รหัสไฟล์ไม่ถูกต้อง กรุณาแนบไฟล์ใหม่"


def _line(value: object) -> object:
    return clean_line(value) if isinstance(value, str) else value


def _text(value: object) -> object:
    return clean_text(value) if isinstance(value, str) else value


def _text_or_none(value: object) -> object:
    return _text(value) or None


def _without_repeats(value: object) -> object:
    if not isinstance(value, list | tuple) or not all(isinstance(each, str) for each in value):
        return value
    return tuple(dict.fromkeys(value))


def _upload_id(value: str) -> str:
    if not re.fullmatch(UPLOAD_ID, value):
        raise ValueError(UPLOAD_UNCLEAR)
    return value


Line = Annotated[str, StringConstraints(min_length=1, max_length=200), BeforeValidator(_line)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=5000), BeforeValidator(_text)]
OptionalText = Annotated[Annotated[str, StringConstraints(max_length=5000)] | None, BeforeValidator(_text_or_none)]
UploadId = Annotated[str, AfterValidator(_upload_id)]
Uploads = Annotated[tuple[UploadId, ...], Field(max_length=UPLOAD_LIMIT), BeforeValidator(_without_repeats)]


class PetitionCommand(BaseModel):
    """Something asked of a petition that exists. Fields that a command does not know are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class FilePetition(BaseModel):
    """A petition that passed every check and waits for its number. `channel` is where it came in.

    `member_id` is the member who files, None for somebody who is not logged in.
    """

    model_config = ConfigDict(frozen=True)

    authority: str
    service: str
    category: str
    subject: str
    details: str
    petitioner: Petitioner
    place: Place | None = None
    location: Location | None = None
    uploads: tuple[str, ...] = ()
    channel: Literal["web"] = "web"
    assurance_level: str | None = None
    member_id: UUID | None = None


class AcceptPetition(PetitionCommand):
    """The authority takes the petition in."""

    public_note: OptionalText = None


class RejectPetition(PetitionCommand):
    """The authority will not handle it; the citizen reads the reason."""

    reason: OptionalText = None


class AssignPetition(PetitionCommand):
    """Give it to a department, and perhaps to one of its officers."""

    department: DepartmentRef
    officer: Officer | None = None


class TransferPetition(PetitionCommand):
    """Hand it over to another department of the authority."""

    department: DepartmentRef
    reason: OptionalText = None


class RecategorisePetition(PetitionCommand):
    """Put it into another category; that category's department owns it from then on."""

    category: str
    category_label: str
    department: DepartmentRef


class StartPetition(PetitionCommand):
    """Begin the work, or take it up again."""

    public_note: OptionalText = None


class SchedulePetition(PetitionCommand):
    """Set the date of the work."""

    scheduled_for: AwareDatetime
    public_note: OptionalText = None


class RequestInformation(PetitionCommand):
    """Ask the petitioner something without which the work cannot go on."""

    question: Text


class ProvideInformation(PetitionCommand):
    """The petitioner adds to the petition."""

    text: Text
    uploads: Uploads = ()


class ForwardPetition(PetitionCommand):
    """Ask an agency outside the authority to act."""

    agency: Line
    reason: OptionalText = None


class AddNote(PetitionCommand):
    """Write something down, for the citizen or among staff."""

    text: Text
    visibility: Literal["public", "internal"] = "internal"
    uploads: Uploads = ()


class SetDueDate(PetitionCommand):
    """Move the day by which the authority owes an answer."""

    due_at: AwareDatetime
    reason: OptionalText = None


class ResolvePetition(PetitionCommand):
    """Say what was done and what came of it."""

    outcome: Outcome
    public_note: Text
    uploads: Uploads = ()


class ClosePetition(PetitionCommand):
    """End it: nothing more is expected of anybody."""

    public_note: OptionalText = None


class ReopenPetition(PetitionCommand):
    """Look at it again."""

    reason: OptionalText = None


class RequestReopening(PetitionCommand):
    """The petitioner, asked how it went, wants another look. `resolution` is the end that the answer is about."""

    answer_id: UUID
    resolution: int


class DeclineReopening(PetitionCommand):
    """There will be no other look; the citizen reads the reason."""

    reason: OptionalText = None


class WithdrawPetition(PetitionCommand):
    """The petitioner does not want it handled any more."""

    reason: OptionalText = None


class MergePetition(PetitionCommand):
    """It tells the same as another petition of the authority, and goes on there."""

    into_number: Line
    into_petition_id: UUID


class MergeAgain(MergePetition):
    """It was reopened only because the one that it was merged into was, and goes on there."""


class UnmergePetition(PetitionCommand):
    """The merge was a mistake."""

    reason: OptionalText = None


class ResolveWithMain(PetitionCommand):
    """The petition that it was merged into is resolved, and so is this one; `main_resolution` is which end of that."""

    outcome: Outcome
    public_note: Text
    main_resolution: int


class RejectWithMain(PetitionCommand):
    """The petition that it was merged into is not handled, and neither is this one."""

    reason: OptionalText = None
    main_resolution: int


class WarnOfDueDate(PetitionCommand):
    """Say that the due date is near."""


class DeclareOverdue(PetitionCommand):
    """Say that the due date has passed."""


class EscalatePetition(PetitionCommand):
    """Tell the head that it is overdue for long."""


class RemindOfInformation(PetitionCommand):
    """Ask the petitioner once more."""


class ExpireInformation(PetitionCommand):
    """Wait for the petitioner no longer."""
