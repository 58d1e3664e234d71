"""The steps of filing a petition: their fields, their order, and what they become for intake. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from services.portal.drafts.draft import Draft
from services.portal.texts.catalogue import N_

DETAILS: Final = "details"
PLACE: Final = "place"
ATTACHMENTS: Final = "attachments"
REVIEW: Final = "review"
ORDER: Final = (DETAILS, PLACE, ATTACHMENTS, REVIEW)
LABELS: Final = {
    DETAILS: N_("เรื่องและผู้แจ้ง"),
    PLACE: N_("สถานที่"),
    ATTACHMENTS: N_("เอกสารประกอบ"),
    REVIEW: N_("ตรวจสอบและส่งเรื่อง"),
}
AREA: Final = ("subdistrict", "district", "province", "postal_code")
ADDRESS: Final = ("house_no", "moo", "soi", "road", *AREA)
FIND: Final = "find"
"""What an address is searched by; it goes with the draft, and not to intake."""
HOME: Final = "petitioner.address"
_PERSON: Final = ("title", "given_name", "family_name", "citizen_id", "phone", "email")
FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    DETAILS: (
        "category",
        "subject",
        "details",
        *(f"petitioner.{name}" for name in _PERSON),
        *(f"{HOME}.{name}" for name in (*ADDRESS, FIND)),
    ),
    PLACE: ("place.description", *(f"place.{name}" for name in (*ADDRESS, FIND, "latitude", "longitude"))),
    ATTACHMENTS: (),
    REVIEW: (),
}
SERVICE: Final = "oss"
LONGEST: Final = 20_000
"""Characters of one field that a draft keeps: more than intake takes, so that people see what is too long."""


def typed(form: Mapping[str, Any], step: str) -> dict[str, str]:
    """The step's fields in what a browser sent; those that it left out are empty."""
    return {name: _text(form.get(name)) for name in FIELDS[step]}


def _text(value: object) -> str:
    return value.replace("\r\n", "\n").strip()[:LONGEST] if isinstance(value, str) else ""


def body_of(draft: Draft) -> dict[str, Any]:
    """The draft as `POST /petitions` takes it; what was left empty is left out."""
    body: dict[str, Any] = {"authority": draft.authority, "service": SERVICE}
    for name in (*FIELDS[DETAILS], *FIELDS[PLACE]):
        value = _value(draft, name)
        if value and not name.endswith(f".{FIND}"):
            _put(body, name.split("."), value)
    return body | {"uploads": [str(upload.upload_id) for upload in draft.uploads]}


def _value(draft: Draft, name: str) -> str:
    return draft.step(PLACE if name.startswith(f"{PLACE}.") else DETAILS).fields.get(name, "")


def _put(body: dict[str, Any], path: list[str], value: str) -> None:
    for name in path[:-1]:
        body = body.setdefault(name, {})
    body[path[-1]] = value


def step_of(field: str) -> str:
    """On which page a field of the body is asked for."""
    first = field.partition(".")[0]
    return {PLACE: PLACE, "uploads": ATTACHMENTS}.get(first, DETAILS)


def on_step(step: str, found: Mapping[str, str]) -> dict[str, str]:
    """Those findings that are about fields of this step, in the order of the page."""
    own = {field: message for field, message in found.items() if step_of(field) == step}
    return dict(sorted(own.items(), key=lambda each: _place_of(each[0], FIELDS[step])))


def _place_of(field: str, order: Iterable[str]) -> int:
    known = list(order)
    return known.index(field) if field in known else len(known)


def after(step: str) -> str:
    """The step that ต่อไป leads to."""
    return ORDER[ORDER.index(step) + 1]


def before(step: str) -> str:
    """The step that ย้อนกลับ leads to; from the first one to where filing begins."""
    place = ORDER.index(step)
    return ORDER[place - 1] if place else ""


def same_as_home(draft: Draft) -> dict[str, str]:
    """The petitioner's address as fields of the place: nobody types it twice."""
    home = draft.step(DETAILS).fields
    return {f"{PLACE}.{name}": home.get(f"{HOME}.{name}", "") for name in ADDRESS}


def chosen_area(form: Mapping[str, Any], part: str) -> dict[str, str]:
    """The fields of the address that was chosen from the list; none when it was not one of the list's."""
    values = _text(form.get(f"{part}.match")).split("|")
    if len(values) != len(AREA):
        return {}
    area = {f"{part}.{name}": value for name, value in zip(AREA, values, strict=True)}
    return {**area, f"{part}.{FIND}": ""}
