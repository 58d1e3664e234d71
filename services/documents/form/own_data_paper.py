"""What a member's copy of their own data says, and how each thing is written. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from services.documents.form.layout import NOTHING, Json, citizen_id_as_printed, minute, phone_as_printed
from services.documents.own_data import Happened, OwnData, OwnPetition, Session
from services.documents.printing import address_line, full_name
from shared.contracts.member import (
    ConsentGiven,
    ConsentWithdrawn,
    MemberProfile,
    MemberProfileChanged,
    MemberRegistered,
)
from shared.contracts.petition import Petitioner
from shared.kernel.thai import in_bangkok

HAPPENED: Final[Mapping[str, str]] = MappingProxyType(
    {
        MemberRegistered.TYPE: "สร้างบัญชี",
        MemberProfileChanged.TYPE: "ข้อมูลเปลี่ยน",
        ConsentGiven.TYPE: "ให้ความยินยอม",
        ConsentWithdrawn.TYPE: "ถอนความยินยอม",
    }
)
OTHER: Final = "เหตุการณ์อื่น"
PROVIDERS: Final[Mapping[str, str]] = MappingProxyType({"thaid": "ThaiD", "dga": "DGA Digital ID"})
PURPOSES: Final[Mapping[str, str]] = MappingProxyType({"account": "การใช้ข้อมูลสำหรับบัญชี"})


def own_data_paper(own: OwnData) -> Json:
    """The values the template reads: text ready to print, an empty list where a part is left out."""
    exported, account = in_bangkok(own.account.exported_at), own.account
    return {
        "printed_on": {"year": exported.year, "month": exported.month, "day": exported.day},
        "printed_at": minute(account.exported_at),
        "person_id": str(account.person_id),
        "profile": [[name, value] for name, value in _profile(own)],
        "happened": [_happened(each) for each in account.facts],
        "petitions": [_petition(each) for each in own.petitions],
        "sessions": [_session(each) for each in account.sessions],
    }


def _profile(own: OwnData) -> Iterator[tuple[str, str]]:
    """As it is now: the last that was told."""
    told = [each.data for each in own.account.facts if "profile" in each.data]
    if told:
        yield from _person(told[-1]["profile"])
    levels = [each["assurance_level"] for each in told if each.get("assurance_level")]
    yield "ระดับการยืนยันตัวตน (IAL)", levels[-1] if levels else NOTHING
    yield "ผู้ให้บริการ Digital ID", ", ".join(map(_provider, own.account.providers)) or NOTHING


def _person(told: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    profile = MemberProfile.model_validate(told)
    person = Petitioner.model_validate(profile.model_dump())
    yield "ชื่อ", full_name(person)
    yield "หมายเลขบัตรประชาชน", citizen_id_as_printed(person.citizen_id)
    yield "เบอร์โทรศัพท์", phone_as_printed(person.phone)
    yield "อีเมล", person.email or NOTHING
    yield "ที่อยู่", (address_line(person.address) if person.address else "") or NOTHING


def _happened(each: Happened) -> Json:
    return {"at": minute(each.at), "label": HAPPENED.get(each.type, OTHER), "lines": list(_lines(each))}


def _lines(each: Happened) -> Iterator[str]:
    """What the fact tells; of kinds that have no words here, everything as it is."""
    if "profile" in each.data:
        yield from (f"{name}: {value}" for name, value in _person(each.data["profile"]) if value != NOTHING)
        if each.data.get("provider"):
            yield f"แจ้งโดย: {_provider(each.data['provider'])}"
    elif "purpose" in each.data:
        purpose = each.data["purpose"]
        yield f"{PURPOSES.get(purpose, purpose)} ฉบับที่ {each.data['version']}"
    else:
        yield f"{each.type} {json.dumps(each.data, ensure_ascii=False, sort_keys=True)}"


def _petition(each: OwnPetition) -> list[str]:
    return [each.number, minute(each.filed_at), each.subject or NOTHING, each.category, each.status_label]


def _session(each: Session) -> list[str]:
    name = _provider(each.provider)
    return [f"{name} (เครื่องนี้)" if each.current else name, minute(each.began_at), minute(each.seen_at)]


def _provider(code: str) -> str:
    """Its name; of one that was added by settings its code."""
    return PROVIDERS.get(code, code)
