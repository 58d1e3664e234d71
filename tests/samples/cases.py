"""A case as tracking tells it; the persons and numbers are samples."""

from __future__ import annotations

from typing import Any, Final

from services.documents.case import Case
from tests.samples.forms import CITIZEN_ID, PHONE

NUMBER: Final = "KT1080767000011"
STAFF_ID: Final = "0190914c-0000-7000-8000-00000000000a"
OFFICER: Final = {"id": STAFF_ID, "name": "นางสาวตัวอย่าง รักงาน"}
CLEAR: Final = {
    "title": "นาย", "given_name": "สมชาย", "family_name": "ใจดี", "citizen_id": CITIZEN_ID, "phone": PHONE,
    "email": "somchai@example.com",
    "address": {"house_no": "12", "moo": "2", "road": "วิชิตสงคราม", "subdistrict": "กะทู้", "district": "กะทู้",
                "province": "ภูเก็ต", "postal_code": "83120"},
}  # fmt: skip
MASKED: Final = {
    "title": "นาย", "given_name": "ส.", "family_name": "จ.", "citizen_id": "ปกปิด", "phone": "081 234 xxxx",
    "email": "ปกปิด",
    "address": {"house_no": "ปกปิด", "moo": "ปกปิด", "road": "ปกปิด", "subdistrict": "กะทู้", "district": "กะทู้",
                "province": "ภูเก็ต", "postal_code": "ปกปิด"},
}  # fmt: skip
_TIMELINE: Final[list[dict[str, Any]]] = [
    {"at": "2024-07-08T10:56:42Z", "type": "petition.filed", "label": "รอรับเรื่อง", "actor": "petitioner"},
    {"at": "2024-07-09T02:10:00Z", "type": "petition.accepted", "label": "รับเรื่องแล้ว", "actor": STAFF_ID,
     "public_note": "ส่งกองช่างตรวจสอบพื้นที่", "data": {"officer": OFFICER, "public_note": "ส่งกองช่างตรวจสอบพื้นที่"}},
    {"at": "2024-07-09T03:00:00Z", "type": "petition.transferred", "label": "โอนให้หน่วยงานอื่นภายใน", "actor": STAFF_ID,
     "internal": True, "data": {"previous_department": {"code": "clerk-office", "name": "สำนักปลัดเทศบาล"},
                                "department": {"code": "works", "name": "กองช่าง"}, "reason": "อยู่ในหน้าที่"}},
    {"at": "2024-07-09T04:30:00Z", "type": "petition.note_added", "label": "บันทึกเพิ่มเติม", "actor": "staff-9",
     "internal": True, "text": "โทรหาผู้ร้องแล้ว ไม่รับสาย\nจะโทรอีกครั้งพรุ่งนี้", "data": {"visibility": "internal"}},
    {"at": "2024-07-10T05:00:00Z", "type": "petition.due_date_set", "label": "กำหนดวันแล้วเสร็จใหม่", "actor": "system",
     "public_note": "รออุปกรณ์", "data": {"previous_due_at": "2024-07-23T16:59:59Z", "due_at": "2024-08-07T16:59:59Z",
                                        "reason": "รออุปกรณ์"}},
    {"at": "2024-07-12T05:00:00Z", "type": "petition.resolved", "label": "ดำเนินการเสร็จสิ้น", "actor": STAFF_ID,
     "public_note": "กลบหลุมและบดอัดเรียบร้อย", "data": {"outcome": "solved"}},
]  # fmt: skip


def a_case(revealed: bool = False, **changes: Any) -> Case:
    """Every part is used."""
    told: dict[str, Any] = {
        "number": NUMBER, "authority": "kathu", "status_label": "ดำเนินการเสร็จสิ้น", "outcome_label": "แก้ไขเรียบร้อย",
        "category_label": "ถนนและทางเท้า : ถนน/ไหล่ทาง", "department_name": "กองช่าง", "officer_name": OFFICER["name"],
        "channel": "web", "filed_at": "2024-07-08T10:56:42Z", "due_at": "2024-08-07T16:59:59Z",
        "accepted_at": "2024-07-09T02:10:00Z", "scheduled_for": None, "resolved_at": "2024-07-12T05:00:00Z",
        "closed_at": None, "merged_into": None, "latitude": 7.9056, "longitude": 98.3332,
        "petitioner": CLEAR if revealed else MASKED, "revealed": revealed,
        "subject": "ถนนชำรุด", "details": "ถนนเป็นหลุมลึก\n\nรถจักรยานยนต์ล้มบ่อย", "place": {"description": "หน้าตลาดสด"},
        "timeline": [{"internal": False, "data": {}, **each} for each in _TIMELINE],
        "attachments": [
            {"at": "2024-07-08T10:57:00Z", "state": "stored", "filename": "ภาพถนน.jpg", "size": 1_258_291,
             "origin": "petitioner"},
            {"at": "2024-07-12T05:01:00Z", "state": "stored", "filename": "หลังซ่อม.jpg", "size": 340_000,
             "origin": "staff", "public": True},
            {"at": "2024-07-12T05:02:00Z", "state": "rejected"},
        ],
        "sms": [
            {"at": "2024-07-08T10:57:10Z", "state": "delivered", "template": "filed", "segments": 1},
            {"at": "2024-07-12T05:00:30Z", "state": "undelivered", "template": "survey", "segments": 1},
        ],
        "survey_answers": [
            {"at": "2024-07-13T05:00:30Z", "resolution": 1, "rating": 2, "solved": "partly", "comment": "ยังไม่เรียบ"},
        ],
    }  # fmt: skip
    return Case.model_validate(told | changes)
