"""The history of a petition as entries: what citizens may read, and what is for staff alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from shared.contracts.envelope import Envelope
from shared.contracts.fact import personal_fields
from shared.contracts.petition_states import PUBLIC_TEXT, STATE_LABELS, PetitionState
from shared.contracts.registry import fact_type
from shared.eventlog.sealing import is_sealed
from shared.projecting.sealed import sealed_part

LABELS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "petition.assigned": "มอบหมายผู้รับผิดชอบ",
        "petition.transferred": "โอนให้หน่วยงานอื่นภายใน",
        "petition.recategorised": "เปลี่ยนประเภทเรื่อง",
        "petition.due_date_set": "กำหนดวันแล้วเสร็จใหม่",
        "petition.note_added": "บันทึกเพิ่มเติม",
        "petition.information_provided": "ผู้ร้องให้ข้อมูลเพิ่มเติม",
        "petition.information_reminded": "เตือนผู้ร้องให้ส่งข้อมูลเพิ่มเติม",
        "petition.information_expired": "ไม่ได้รับข้อมูลเพิ่มเติมภายในเวลา จึงดำเนินการต่อ",
        "petition.due_soon": "ใกล้ครบกำหนด",
        "petition.overdue": "เกินกำหนด",
        "petition.escalated": "แจ้งหัวหน้าหน่วยงานว่าเกินกำหนด",
        "petition.reopening_requested": "ผู้ร้องขอให้เปิดเรื่องอีกครั้ง",
        "petition.reopening_declined": "ไม่เปิดเรื่องอีกครั้ง",
        "petition.claimed": "ผู้ร้องเพิ่มคำร้องนี้เข้าบัญชีของตน",
        "petition.retained": "ผู้ร้องขอลบข้อมูล หน่วยงานเก็บไว้ตามระเบียบ",
        "petition.erased": "ลบข้อมูลส่วนบุคคลของผู้ร้องแล้ว",
    }
)
"""What facts are called that are not told best by the state they lead to."""

INTERNAL: Final = frozenset(
    {
        "petition.assigned",
        "petition.transferred",
        "petition.recategorised",
        "petition.due_soon",
        "petition.overdue",
        "petition.escalated",
        "petition.claimed",
        "petition.retained",
        "petition.erased",
    }
)
_KNOWN_BY_ROW: Final = frozenset({"petition_id", "number", "authority", "subject_id", "member_id"})


def is_internal(envelope: Envelope) -> bool:
    """Whether only staff may know of it."""
    return envelope.type in INTERNAL or envelope.data.get("visibility") == "internal"


def entry(envelope: Envelope, data: Mapping[str, Any], state: str) -> dict[str, Any]:
    """`{position, at, type, status, label, public_note, actor, data, sealed?}`; `state` is the one after the fact.

    `data` holds the clear fields of the fact, but for a filing, whose fields are the row's.
    """
    note = PUBLIC_TEXT.get(envelope.type)
    told: dict[str, Any] = {
        "position": envelope.position,
        "at": stamp(envelope.time),
        "type": envelope.type,
        "status": state,
        "label": LABELS.get(envelope.type) or STATE_LABELS[PetitionState(state)],
        "public_note": data.get(note) if note else None,
        "actor": envelope.actor,
        "data": {} if envelope.type == "petition.filed" else _clear(data),
    }
    if envelope.type != "petition.filed" and (personal := personal_fields(fact_type(envelope.type))):
        told["sealed"] = sealed_part(envelope, personal)
    return told


def stamp(moment: datetime) -> str:
    """RFC 3339 in UTC, with `Z`."""
    return moment.isoformat().replace("+00:00", "Z")


def _clear(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name not in _KNOWN_BY_ROW and not is_sealed(value)}
