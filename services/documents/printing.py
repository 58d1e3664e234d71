"""From the fact of a filing to what its form says. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from services.documents.form.layout import AttachedFile, Authority, FormData, Petitioner, Place
from shared.contracts import petition as facts
from shared.contracts.fact import ERASED

_PARTS: Final = (
    ("house_no", "เลขที่ {}"),
    ("moo", "หมู่ที่ {}"),
    ("soi", "ซอย{}"),
    ("road", "ถนน{}"),
    ("subdistrict", "ตำบล{}"),
    ("district", "อำเภอ{}"),
    ("province", "จังหวัด{}"),
    ("postal_code", "{}"),
)


def form_of(
    fact: facts.PetitionFiled, attachments: Sequence[AttachedFile] = (), officer: str | None = None
) -> FormData:
    """The official form of a petition as it was filed, with what has been attached and who received it since."""
    group, _, category = fact.category_label.partition(" : ")
    return FormData(
        number=fact.number,
        filed_at=fact.filed_at,
        authority=Authority(**fact.authority_snapshot.model_dump()),
        department=fact.department.name,
        officer=officer,
        category_group=group,
        category=category,
        petitioner=_petitioner(fact.petitioner),
        subject=fact.subject,
        details=fact.details,
        place=_place(fact),
        attachments=tuple(attachments),
        tracking_code=fact.tracking_code,
        tracking_url=fact.tracking_url,
    )


def _petitioner(person: facts.Petitioner) -> Petitioner:
    family = f" {person.family_name}" if person.family_name and person.family_name != ERASED else ""
    title = person.title if person.title and person.title != ERASED else ""
    return Petitioner(
        full_name=f"{title}{person.given_name}{family}",
        citizen_id=person.citizen_id,
        phone=person.phone,
        address=address_line(person.address) or None,
    )


def _place(fact: facts.PetitionFiled) -> Place | None:
    location = fact.location or facts.Location()
    where = " ".join(part for part in (address_line(fact.place, location), _description(fact.place)) if part)
    if not where and location.latitude is None:
        return None
    return Place(address=where, latitude=location.latitude, longitude=location.longitude)


def _description(place: facts.Place | None) -> str:
    return place.description or "" if place else ""


def address_line(*parts: facts.Address | facts.Place | facts.Location | None) -> str:
    """A Thai address in one line; words that are there already are not written again. Bangkok has แขวง and เขต."""
    known = {name: value for part in parts if part for name, value in part.model_dump().items() if value}
    words = [pattern.format(known[name]) for name, pattern in _PARTS if name in known]
    line = " ".join(words)
    if known.get("province") in ("กรุงเทพมหานคร", "กรุงเทพฯ"):
        line = line.replace("ตำบล", "แขวง").replace("อำเภอ", "เขต").replace("จังหวัด", "")
    return line
