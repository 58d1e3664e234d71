"""A petition's history for people to read, in Thai."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from khamrong.auditing.history import History
from shared.contracts.envelope import Envelope
from shared.contracts.petition_states import STATE_AFTER, STATE_LABELS, PetitionState
from shared.kernel.thai import thai_datetime

_TITLES: Final = {
    "petition.assigned": "มอบหมายผู้รับผิดชอบ",
    "petition.transferred": "โอนหน่วยงาน",
    "petition.recategorised": "เปลี่ยนประเภทเรื่อง",
    "petition.due_date_set": "กำหนดวันแล้วเสร็จใหม่",
    "petition.note_added": "บันทึกข้อความ",
    "petition.information_provided": "ผู้ร้องให้ข้อมูลเพิ่มเติม",
    "petition.information_reminded": "เตือนผู้ร้องให้ส่งข้อมูลเพิ่มเติม",
    "petition.information_expired": "ไม่ได้รับข้อมูลเพิ่มเติมภายในเวลา จึงดำเนินการต่อ",
    "petition.due_soon": "ใกล้ครบกำหนด",
    "petition.overdue": "เกินกำหนด",
    "petition.escalated": "แจ้งหัวหน้าหน่วยงานว่าเกินกำหนด",
    "petition.reopening_requested": "ผู้ร้องขอให้เปิดเรื่องอีกครั้ง",
    "petition.reopening_declined": "ไม่เปิดเรื่องอีกครั้ง",
    "petition.unmerged": "ยกเลิกการรวมเรื่อง",
    "sms.requested": "เริ่มส่ง SMS",
    "sms.accepted": "ผู้ให้บริการรับ SMS แล้ว",
    "sms.failed": "ส่ง SMS ไม่สำเร็จ",
    "sms.outcome_unknown": "ไม่ทราบผลการส่ง SMS",
    "sms.delivered": "SMS ถึงผู้ร้องแล้ว",
    "sms.undelivered": "SMS ไม่ถึงผู้ร้อง",
    "attachment.stored": "เก็บเอกสารประกอบ",
    "attachment.rejected": "ไม่รับเอกสารประกอบ",
    "document.rendered": "จัดทำแบบคำร้อง",
    "document.opened": "เจ้าหน้าที่เปิดแบบคำร้องหรือเอกสารประกอบฉบับเต็ม",
    "access.revealed": "เจ้าหน้าที่เปิดดูข้อมูลผู้ร้อง",
    "access.refused": "ผู้ขอดูไม่มีสิทธิ์ จึงไม่ได้แสดงคำร้อง",
}


def lines(history: History) -> Iterator[str]:
    """The report. Personal data is not in it: the facts stay sealed."""
    row = history.row
    yield f"ประวัติคำร้องเลขที่ {history.number}"
    yield f"หน่วยงาน {row['authority']}  ประเภทเรื่อง {row['category_label']}  หน่วยงานเจ้าของเรื่อง {row['department_name']}"
    yield f"สถานะ {STATE_LABELS[PetitionState(row['state'])]}"
    yield ""
    for envelope in history.envelopes:
        yield f"{thai_datetime(envelope.time)}  {_title(envelope)}  (โดย {envelope.actor})"
        yield f"    {envelope.type} ลำดับที่ {envelope.position} ของ {envelope.service}  รหัส {envelope.id}"


def _title(envelope: Envelope) -> str:
    state = STATE_AFTER.get(envelope.type)
    return _TITLES.get(envelope.type) or (STATE_LABELS[state] if state else envelope.type)
