"""What the petitioner sees of their own petition: where it stands, and all that they themselves told."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from pydantic import BaseModel

from services.tracking.answers import AttachmentView, StatusView
from services.tracking.views import Row, public_view
from shared.contracts.petition import Location, Petitioner, Place

_CITIZEN_ID: Final = re.compile(r"[0-9]{10}([0-9]{2})([0-9])")


class Information(BaseModel):
    """What the petitioner added after filing."""

    at: datetime
    text: str


class OwnPetition(StatusView):
    """A petition for whoever filed it, with the notes that staff wrote to them. Of the citizen number only the last
    three digits are shown. Whatever tells about a person reads "ลบแล้ว" once the person was erased."""

    petitioner: Petitioner
    subject: str
    details: str
    place: Place | None
    location: Location | None
    information: list[Information]
    attachments: list[AttachmentView]


def own_view(whole: Row, now: datetime) -> dict[str, Any]:
    """The view of a whole petition, opened, as its petitioner may see it at the moment `now`."""
    entries = [entry for entry in whole["timeline"] if not entry["internal"]]
    notes = {entry["position"]: entry["text"] for entry in _of_type(entries, "petition.note_added")}
    added = _of_type(entries, "petition.information_provided")
    return public_view({**whole, "timeline": entries}, now, notes) | {
        "petitioner": whole["petitioner"] | {"citizen_id": masked_citizen_id(whole["petitioner"]["citizen_id"])},
        "subject": whole["subject"],
        "details": whole["details"],
        "place": whole.get("place"),
        "location": whole["location"],
        "information": [{"at": entry["at"], "text": entry["text"]} for entry in added],
        "attachments": [each for each in whole["attachments"] if _is_shown(each)],
    }


def masked_citizen_id(citizen_id: str) -> str:
    """`x-xxxx-xxxxx-12-9`; what is no citizen number as it is."""
    return _CITIZEN_ID.sub(r"x-xxxx-xxxxx-\1-\2", citizen_id)


def _of_type(entries: Iterable[Row], fact_type: str) -> list[Row]:
    return [entry for entry in entries if entry["type"] == fact_type]


def _is_shown(attachment: Row) -> bool:
    """What staff keep among themselves is not."""
    return attachment.get("origin") != "staff" or bool(attachment.get("public"))
