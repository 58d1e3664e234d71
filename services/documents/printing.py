"""From the fact of a filing to what its form says. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from services.documents.form.layout import AttachedFile, Authority, FormData, Petitioner, Place
from shared.contracts.fact import ERASED
from shared.contracts.petition import Address, Location, PetitionFiled
from shared.contracts.petition import Petitioner as FiledPetitioner
from shared.contracts.petition import Place as FiledPlace
from shared.kernel.text import initial

BANGKOK_NAMES: Final = ("กรุงเทพมหานคร", "กรุงเทพฯ", "กรุงเทพ")


def form_of(petition: PetitionFiled, attachments: Sequence[AttachedFile] = (), officer: str | None = None) -> FormData:
    """The official form of a petition as it was filed, with what has been attached and who received it since."""
    group, _, category = petition.category_label.partition(" : ")
    return FormData(
        number=petition.number,
        filed_at=petition.filed_at,
        authority=Authority(**petition.authority_snapshot.model_dump()),
        department=petition.department.name,
        officer=officer,
        category_group=group,
        category=category,
        petitioner=printed_petitioner(petition.petitioner),
        subject=petition.subject,
        details=petition.details,
        place=printed_place(petition.place, petition.location),
        attachments=tuple(attachments),
        tracking_code=petition.tracking_code,
        tracking_url=petition.tracking_url,
    )


def printed_petitioner(person: FiledPetitioner) -> Petitioner:
    return Petitioner(
        full_name=full_name(person),
        citizen_id=person.citizen_id,
        phone=person.phone,
        address=address_line(person.address) if person.address else None,
    )


def full_name(person: FiledPetitioner) -> str:
    """`นายสมชาย ใจดี`: the title is written together with the given name."""
    if person.given_name == ERASED:
        return ERASED
    return " ".join(part for part in (f"{person.title or ''}{person.given_name}", person.family_name) if part)


def short_name(person: FiledPetitioner) -> str:
    """`นายสมชาย จ.`: of the family name its first letter, in Thai the first consonant, as initials are written."""
    letter = initial(person.family_name or "")
    if letter is None or person.given_name == ERASED:
        return full_name(person.model_copy(update={"family_name": None}))
    return full_name(person.model_copy(update={"family_name": f"{letter}."}))


def printed_place(place: FiledPlace | None, location: Location | None) -> Place | None:
    """Where work is needed: the petitioner's words, the address, the coordinates; None when nothing is told."""
    here, area = place or FiledPlace(), location or Location()
    if here.description == ERASED:
        here = FiledPlace(description=ERASED)
    address = Address(
        house_no=here.house_no,
        moo=here.moo,
        soi=here.soi,
        road=here.road,
        subdistrict=area.subdistrict,
        district=area.district,
        province=area.province,
        postal_code=area.postal_code,
    )
    text = " ".join(part for part in (here.description, address_line(address)) if part)
    if not text and area.latitude is None:
        return None
    return Place(address=text, latitude=area.latitude, longitude=area.longitude)


def address_line(address: Address) -> str:
    """One line as Thai people write it; แขวง and เขต in Bangkok, ตำบล, อำเภอ and จังหวัด elsewhere."""
    if address.house_no == ERASED:
        return ERASED
    in_capital = address.province in BANGKOK_NAMES
    parts = (
        numbered("เลขที่", address.house_no),
        numbered("หมู่ที่", address.moo),
        named("ซอย", address.soi),
        named("ถนน", address.road),
        named("แขวง" if in_capital else "ตำบล", address.subdistrict),
        named("เขต" if in_capital else "อำเภอ", address.district),
        address.province if in_capital else named("จังหวัด", address.province),
        address.postal_code,
    )
    return " ".join(part for part in parts if part)


def named(word: str, name: str | None) -> str | None:
    """`ตำบลกะทู้`; the word is not repeated where the citizen typed it."""
    if not name or name.startswith(word):
        return name
    return word + name


def numbered(word: str, number: str | None) -> str | None:
    """`หมู่ที่ 2`; a text that is no number, such as a building, stands by itself."""
    return f"{word} {number}" if number and number[0].isdigit() else number
