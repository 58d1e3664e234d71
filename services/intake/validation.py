"""A filing is right as a whole, or every mistake in it is told at once, in Thai."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from pydantic import BaseModel

from services.intake import fields
from services.intake.addresses import address, place_and_location
from services.intake.catalogue import find_category, find_service
from services.intake.commands import UPLOAD_ID, UPLOAD_LIMIT, UPLOAD_UNCLEAR, FilePetition
from services.intake.fields import TextRule
from services.intake.filing import AddressInput, FilingInput, MemberIdentity, PetitionerInput, PlaceInput
from shared.contracts.authority import AuthorityConfigured
from shared.contracts.petition import Address, Petitioner
from shared.kernel.field_errors import FieldError, Findings

_CODES: Final = {
    "authority": TextRule("หน่วยงาน", 100, required=True, ask="กรุณาเลือก"),
    "service": TextRule("บริการ", 100, required=True, ask="กรุณาเลือก"),
    "category": TextRule("ประเภทเรื่อง", 100, required=True, ask="กรุณาเลือก"),
}
_SUBJECT: Final = TextRule("หัวข้อเรื่อง", 200, required=True)
_DETAILS: Final = TextRule("รายละเอียด", 5000, required=True, lines=True)
_TITLE: Final = TextRule("คำนำหน้า", 50)
_GIVEN_NAME: Final = TextRule("ชื่อ", 100, required=True)
_FAMILY_NAME: Final = TextRule("นามสกุล", 100)
_UPLOAD: Final = re.compile(UPLOAD_ID)

Part = TypeVar("Part", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Validated:
    """The command when nothing is wrong, else the errors; warnings come with either."""

    command: FilePetition | None
    errors: tuple[FieldError, ...]
    warnings: tuple[FieldError, ...]


def validate(
    filing: FilingInput, authorities: Mapping[str, AuthorityConfigured], member: MemberIdentity | None = None
) -> Validated:
    """Checks everything and changes nothing. A member's verified names and citizen number outrank typed ones."""
    found = Findings()
    parts: dict[str, object] = {
        **_catalogue(found, filing, authorities),
        "subject": fields.text(found, "subject", filing.subject, _SUBJECT),
        "details": fields.text(found, "details", filing.details, _DETAILS),
        "petitioner": _petitioner(found, _part(found, "petitioner", filing.petitioner, PetitionerInput), member),
        **place_and_location(found, _part(found, "place", filing.place, PlaceInput)),
        "uploads": _uploads(found, filing.uploads),
        "assurance_level": member and member.assurance_level,
        "member_id": member and member.subject_id,
    }
    command = None if found.errors else FilePetition.model_validate(parts)
    return Validated(command, tuple(found.errors), tuple(found.warnings))


def _catalogue(
    found: Findings, filing: FilingInput, authorities: Mapping[str, AuthorityConfigured]
) -> dict[str, str | None]:
    codes = {name: fields.text(found, name, getattr(filing, name), rule) for name, rule in _CODES.items()}
    authority, service, category = codes["authority"], codes["service"], codes["category"]
    profile = authorities.get(authority) if authority else None
    if authority and profile is None:
        found.error("authority", "ไม่พบหน่วยงานนี้")
    if profile and service:
        _check_service(found, profile, service)
    if profile and category and find_category(profile, category) is None:
        found.error("category", "ไม่พบประเภทเรื่องนี้ในหน่วยงานที่เลือก")
    return codes


def _check_service(found: Findings, profile: AuthorityConfigured, code: str) -> None:
    service = find_service(profile, code)
    if service is None:
        found.error("service", "ไม่พบบริการนี้ในหน่วยงานที่เลือก")
    elif not service.open:
        found.error("service", service.note or "บริการนี้ยังไม่เปิดรับคำร้อง")


def _petitioner(found: Findings, given: PetitionerInput, member: MemberIdentity | None) -> Petitioner:
    verified = member or given
    fallback = member or PetitionerInput()
    return Petitioner(
        title=fields.text(found, "petitioner.title", _typed(given.title, fallback.title), _TITLE),
        given_name=fields.name(found, "petitioner.given_name", verified.given_name, _GIVEN_NAME) or "",
        family_name=fields.name(found, "petitioner.family_name", verified.family_name, _FAMILY_NAME),
        citizen_id=fields.citizen_id(found, "petitioner.citizen_id", verified.citizen_id),
        phone=fields.phone(found, "petitioner.phone", _typed(given.phone, fallback.phone)),
        email=fields.email(found, "petitioner.email", _typed(given.email, fallback.email)),
        address=_home(found, given, member),
    )


def _typed(given: object, fallback: object) -> object:
    """What was typed, whatever it is; the fallback for nothing."""
    return fallback if given is None or given == "" else given


def _home(found: Findings, given: PetitionerInput, member: MemberIdentity | None) -> Address | None:
    """A member need not type an address; whoever types one types a whole one."""
    typed = _part(found, "petitioner.address", given.address, AddressInput)
    if member and not any(typed.model_dump().values()):
        return member.address
    return address(found, "petitioner.address", typed)


def _uploads(found: Findings, typed: object) -> tuple[str, ...]:
    """Upload ids, each once."""
    if typed is None:
        return ()
    if not isinstance(typed, list | tuple) or not all(isinstance(each, str) for each in typed):
        found.error("uploads", "เอกสารประกอบต้องเป็นรายการรหัสไฟล์")
        return ()
    distinct = tuple(dict.fromkeys(typed))
    if not all(map(_UPLOAD.fullmatch, distinct)):
        found.error("uploads", UPLOAD_UNCLEAR)
    if len(distinct) > UPLOAD_LIMIT:
        found.error("uploads", f"แนบไฟล์ได้ไม่เกิน {UPLOAD_LIMIT} ไฟล์ (ขณะนี้ {len(distinct)})")
    return distinct


def _part(found: Findings, field: str, given: object, kind: type[Part]) -> Part:
    if isinstance(given, kind):
        return given
    if given is not None:
        found.error(field, "ต้องเป็นกลุ่มข้อมูล (JSON object)")
    return kind()
