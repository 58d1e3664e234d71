"""What the printed case file says, and how each thing is written. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from services.documents.case import Attachment, Case, Entry, Sms, SurveyAnswer
from services.documents.form.layout import (
    HIDDEN,
    NOTHING,
    Authority,
    Json,
    citizen_id_as_printed,
    minute,
    paragraphs,
    phone_as_printed,
    place_as_printed,
    prefix_of,
    size_as_printed,
)
from services.documents.printing import address_line, full_name, printed_place
from shared.contracts.petition import Address, Location
from shared.contracts.petition_states import OUTCOME_LABELS, STATE_LABELS
from shared.kernel.thai import in_bangkok

SMS_STATES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "requested": "กำลังส่ง",
        "accepted": "ส่งแล้ว",
        "outcome_unknown": "ไม่ทราบผล",
        "failed": "ส่งไม่ได้",
        "delivered": "ถึงโทรศัพท์แล้ว",
        "undelivered": "ไม่ถึงโทรศัพท์",
    }
)
TEMPLATES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "filed": "แจ้งเลขที่คำร้อง",
        "accepted": "แจ้งว่ารับเรื่องแล้ว",
        "started": "แจ้งว่าเริ่มดำเนินการ",
        "information_requested": "ขอข้อมูลเพิ่มเติม",
        "information_reminded": "เตือนให้ส่งข้อมูล",
        "scheduled": "แจ้งกำหนดดำเนินการ",
        "resolved": "แจ้งว่าดำเนินการเสร็จ",
        "rejected": "แจ้งว่าไม่รับเรื่อง",
        "reopened": "แจ้งว่าเปิดเรื่องอีกครั้ง",
        "survey": "เชิญประเมินความพึงพอใจ",
        "step_up": "รหัส OTP",
    }
)
CHANNELS: Final[Mapping[str, str]] = MappingProxyType({"web": "เว็บไซต์", "counter": "เคาน์เตอร์", "phone": "โทรศัพท์"})
SOLVED: Final[Mapping[str, str]] = MappingProxyType(
    {"yes": "แก้ไขแล้ว", "partly": "แก้ไขได้บางส่วน", "no": "ยังไม่ได้รับการแก้ไข"}
)
SIGNATURES: Final = ("ผู้จัดทำ", "ผู้ตรวจสอบ", "ผู้อนุมัติให้จัดเก็บ")


def case_file(case: Case, authority: Authority, printed_at: datetime, printed_by: str) -> Json:
    """The values the template reads: text ready to print, None or an empty list where a part is left out."""
    printed = in_bangkok(printed_at)
    named = _names(case)
    return {
        "number": case.number,
        "printed_on": {"year": printed.year, "month": printed.month, "day": printed.day},
        "printed_at": minute(printed_at),
        "printed_by": printed_by,
        "authority": {"name": authority.name, "address": authority.address, "phone": authority.phone},
        "crest": prefix_of(case.number),
        "masked": not case.revealed,
        "facts": [[name, value] for name, value in _facts(case) if value],
        "petitioner": [[name, value] for name, value in _person(case) if value],
        "subject": case.subject,
        "details": paragraphs(case.details),
        "place": place_as_printed(printed_place(case.place, _location(case))),
        "timeline": [_entry(entry, named) for entry in case.timeline],
        "attachments": [_attachment(each) for each in case.attachments],
        "sms": [_sms(each) for each in case.sms],
        "answers": [_answer(each) for each in case.survey_answers],
        "signatures": list(SIGNATURES),
    }


def _facts(case: Case) -> Iterator[tuple[str, str | None]]:
    yield "สถานะ", " · ".join(filter(None, (case.status_label, case.outcome_label)))
    yield "ยื่นเมื่อ", f"{minute(case.filed_at)} ทาง{CHANNELS.get(case.channel, case.channel)}"
    yield "ประเภทเรื่อง", case.category_label
    yield "หน่วยงานเจ้าของเรื่อง", case.department_name
    yield "ผู้รับผิดชอบ", case.officer_name or NOTHING
    yield "กำหนดแล้วเสร็จ", minute(case.due_at)
    yield "รับเรื่องเมื่อ", _when(case.accepted_at)
    yield "กำหนดดำเนินการ", _when(case.scheduled_for)
    yield "ดำเนินการเสร็จเมื่อ", _when(case.resolved_at)
    yield "ปิดเรื่องเมื่อ", _when(case.closed_at)
    yield "รวมกับคำร้อง", case.merged_into


def _when(moment: datetime | None) -> str | None:
    return minute(moment) if moment else None


def _person(case: Case) -> Iterator[tuple[str, str | None]]:
    person = case.petitioner
    yield "ชื่อผู้ร้อง", full_name(person)
    yield "หมายเลขบัตรประชาชน", citizen_id_as_printed(person.citizen_id)
    yield "เบอร์โทรศัพท์", phone_as_printed(person.phone)
    yield "อีเมล", person.email
    yield "ที่อยู่", address_line(_shown(person.address)) if person.address else None


def _shown(address: Address) -> Address:
    """Without the parts that are masked: a line of "ปกปิด" tells nothing."""
    return address.model_copy(update={name: None for name, value in address if value == HIDDEN})


def _location(case: Case) -> Location:
    return Location(latitude=case.latitude, longitude=case.longitude)


def _names(case: Case) -> dict[str, str]:
    """The names of staff as the case's own facts tell them, by id."""
    officers = (entry.data.get("officer") for entry in case.timeline)
    return {each["id"]: each["name"] for each in officers if each}


def _entry(entry: Entry, names: Mapping[str, str]) -> Json:
    return {
        "at": minute(entry.at),
        "label": entry.label,
        "internal": entry.internal,
        "lines": list(dict.fromkeys(_lines(entry))),
        "actor": _actor(entry.actor, names),
    }


def _actor(actor: str, names: Mapping[str, str]) -> str:
    if actor in ("petitioner", "system"):
        return {"petitioner": "ผู้ร้อง", "system": "ระบบ"}[actor]
    return "ผู้ร้อง" if actor.startswith("member:") else names.get(actor, f"เจ้าหน้าที่ ({actor})")


def _lines(entry: Entry) -> Iterator[str]:
    """What a fact tells beside its label, each thing on a line of its own."""
    for name, (label, written) in _TOLD.items():
        value = entry.data.get(name)
        if value and value != entry.public_note:
            yield f"{label}: {written(value)}"
    for text in (entry.public_note, entry.text, entry.reason):
        if text:
            yield from (line for line in paragraphs(text) if line)


def _name(value: Any) -> str:
    return str(value["name"])


def _moment(value: Any) -> str:
    return minute(datetime.fromisoformat(value))


_TOLD: Final[Mapping[str, tuple[str, Callable[[Any], str]]]] = MappingProxyType(
    {
        "previous_department": ("จาก", _name),
        "department": ("หน่วยงาน", _name),
        "officer": ("เจ้าหน้าที่", _name),
        "category_label": ("ประเภทเรื่อง", str),
        "agency": ("ส่งต่อไปยัง", str),
        "scheduled_for": ("กำหนดดำเนินการ", _moment),
        "previous_due_at": ("กำหนดเดิม", _moment),
        "due_at": ("กำหนดแล้วเสร็จ", _moment),
        "outcome": ("ผล", lambda value: OUTCOME_LABELS[value]),
        "into_number": ("รวมกับคำร้อง", str),
        "restored_status": ("กลับไปเป็น", lambda value: STATE_LABELS[value]),
        "reason": ("เหตุผล", str),
    }
)
"""The fields of facts that are printed, in this order."""


def _attachment(each: Attachment) -> list[str]:
    if each.filename is None:
        return [NOTHING, "รับไว้ไม่ได้", NOTHING, minute(each.at)]
    origin = "เจ้าหน้าที่" if each.origin == "staff" else "ผู้ร้อง"
    return [
        each.filename,
        f"{origin} (เผยแพร่)" if each.public else origin,
        size_as_printed(each.size) if each.size is not None else NOTHING,
        minute(each.at),
    ]


def _sms(each: Sms) -> list[str]:
    told = TEMPLATES.get(each.template or "", each.template or NOTHING)
    parts = str(each.segments) if each.segments else NOTHING
    return [minute(each.at), told, SMS_STATES.get(each.state, each.state), parts]


def _answer(each: SurveyAnswer) -> list[str]:
    comment = " ".join((each.comment or NOTHING).split())
    return [minute(each.at), f"{each.rating}/5", SOLVED.get(each.solved, each.solved), comment]
