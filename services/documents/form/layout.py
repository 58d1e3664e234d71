"""What the printed petition says, and how each thing is written. Pure.

`FormData` holds everything that is printed; `laid_out` turns it into the values the template reads; `masked` hides
who the petitioner is and what they wrote; `source_json` is the machine-readable petition that travels inside
the PDF.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any, Final

from pydantic import AwareDatetime, BaseModel, ConfigDict

from shared.kernel.thai import in_bangkok, thai_date, thai_datetime

HIDDEN: Final = "ปกปิด"
AFTER_PROOF: Final = "(แสดงเมื่อยืนยันตัวตน)"
NOTHING: Final = "–"
CITIZEN_ID_GROUPS: Final = (1, 4, 5, 2, 1)

Json = dict[str, Any]


class Printed(BaseModel):
    """A part of the form."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Logo(Printed):
    """A picture of the authority: `image/png`, `image/jpeg` or `image/svg+xml`."""

    media_type: str
    content: bytes


class Authority(Printed):
    name: str
    address: str
    phone: str
    logo: Logo | None = None


class Petitioner(Printed):
    """`full_name` begins with the title; `citizen_id` has 13 digits; `address` is one line."""

    full_name: str
    citizen_id: str | None = None
    phone: str | None = None
    address: str | None = None


class Place(Printed):
    """Where work is needed. Coordinates are degrees, WGS 84."""

    address: str = ""
    latitude: float | None = None
    longitude: float | None = None


class AttachedFile(Printed):
    """`size` in bytes."""

    filename: str
    size: int


class FormData(Printed):
    """One petition as it is printed. A field that is None prints as a dash; no `officer` leaves a line to write on."""

    number: str
    filed_at: AwareDatetime
    authority: Authority
    department: str | None = None
    officer: str | None = None
    category_group: str
    category: str
    petitioner: Petitioner
    subject: str
    details: str
    place: Place | None = None
    attachments: tuple[AttachedFile, ...] = ()
    tracking_code: str | None = None
    tracking_url: str
    masked: bool = False


def laid_out(form: FormData) -> Json:
    """The values the template reads: text ready to print, None or an empty list where a part is left out."""
    filed = in_bangkok(form.filed_at)
    return {
        "number": form.number,
        "filed_on": {"year": filed.year, "month": filed.month, "day": filed.day},
        "filed_at": thai_datetime(form.filed_at),
        "authority": {"name": form.authority.name, "address": form.authority.address, "phone": form.authority.phone},
        "crest": prefix_of(form.number),
        "department": form.department or NOTHING,
        "officer": form.officer,
        "category": " : ".join(part for part in (form.category_group, form.category) if part),
        "petitioner": {
            "full_name": form.petitioner.full_name,
            "citizen_id": citizen_id_as_printed(form.petitioner.citizen_id),
            "phone": phone_as_printed(form.petitioner.phone),
            "address": form.petitioner.address or NOTHING,
        },
        "subject": form.subject,
        "details": paragraphs(form.details),
        "place": place_as_printed(form.place),
        "attachments": [[file.filename, size_as_printed(file.size)] for file in form.attachments],
        "tracking_code": form.tracking_code,
        "tracking_url": form.tracking_url,
        "tracking_address": re.sub("^https?://", "", form.tracking_url),
        "masked": form.masked,
    }


def source_json(form: FormData) -> bytes:
    """The petition for machines, exactly as typed: UTF-8 JSON with sorted keys, equal bytes for an equal form."""
    content = form.model_dump(mode="json", exclude={"authority": {"logo"}})
    return json.dumps(content, ensure_ascii=False, sort_keys=True, indent=2).encode(errors="replace")


def masked(form: FormData, short_name: str, instead: str = AFTER_PROOF) -> FormData:
    """The form for whoever has the tracking code alone (docs/adr/0010): `instead` stands for what the petitioner wrote.

    Nothing is left of it, or of citizen number, phone, address and place, not even the length.
    """
    person = form.petitioner
    hidden = {field: HIDDEN for field in ("citizen_id", "phone", "address") if getattr(person, field)}
    return form.model_copy(
        update={
            "petitioner": person.model_copy(update={**hidden, "full_name": short_name}),
            "subject": instead,
            "details": instead,
            "place": Place(address=instead) if form.place else None,
            "attachments": tuple(file.model_copy(update={"filename": instead}) for file in form.attachments),
            "masked": True,
        }
    )


def prefix_of(number: str) -> str:
    """The authority's letters at the head of a petition number: the crest of an authority without a logo."""
    letters = re.match(r"[A-Z]{1,3}", number)
    return letters.group() if letters else ""


def citizen_id_as_printed(citizen_id: str | None) -> str:
    """`1-1017-00207-12-9`, as on the card; anything but 13 digits as it is."""
    if not citizen_id:
        return NOTHING
    if not re.fullmatch(r"[0-9]{13}", citizen_id):
        return citizen_id
    digits = iter(citizen_id)
    return "-".join("".join(next(digits) for _ in range(length)) for length in CITIZEN_ID_GROUPS)


def national_phone(phone: str) -> str:
    return re.sub(r"^\+66", "0", phone)


def phone_as_printed(phone: str | None) -> str:
    """`081-234-5678`, `02-123-4567`, `076-321-500`; a foreign or unusual number as it is."""
    if not phone:
        return NOTHING
    national = national_phone(phone)
    parts = (
        re.fullmatch(r"(0\d\d)(\d{3})(\d{4})", national)
        or re.fullmatch(r"(02)(\d{3})(\d{4})", national)
        or re.fullmatch(r"(0\d\d)(\d{3})(\d{3})", national)
    )
    return "-".join(parts.groups()) if parts else phone


def place_as_printed(place: Place | None) -> Json | None:
    """None for a place that says nothing: no row is printed for it."""
    if place is None:
        return None
    coordinates = None
    if place.latitude is not None and place.longitude is not None:
        coordinates = f"{place.latitude:.6f}, {place.longitude:.6f}"
    if not place.address.strip() and coordinates is None:
        return None
    return {"address": place.address, "coordinates": coordinates}


def minute(moment: datetime) -> str:
    """`08 ก.ค. 2567 17:56 น.`."""
    return f"{thai_date(moment)} {in_bangkok(moment):%H:%M} น."


def size_as_printed(size: int) -> str:
    """`1.2 MB`, `340 KB`; 1024 bytes to the kilobyte, never 0."""
    if size >= 1024 * 1024:
        return f"{size / (1024 * 1024):.1f} MB"
    return f"{max(1, round(size / 1024))} KB"


def paragraphs(text: str) -> list[str]:
    """The lines of a text as paragraphs; "" is a blank line, kept between paragraphs but never twice in a row."""
    kept: list[str] = []
    for line in (line.strip() for line in re.split(r"\r\n|[\n\r\v\f\x85\u2028\u2029]", text)):
        if line or (kept and kept[-1]):
            kept.append(line)
    return kept[:-1] if kept and not kept[-1] else kept
