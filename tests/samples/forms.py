"""Petitions as they are printed; the persons and numbers are samples."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from services.documents.form.layout import AttachedFile, Authority, FormData, Petitioner, Place

CITIZEN_ID = "1101700207129"
PHONE = "+66812345678"
HOME = "เลขที่ 12 หมู่ที่ 2 ถนนวิชิตสงคราม ตำบลกะทู้ อำเภอกะทู้ จังหวัดภูเก็ต 83120"


def a_form(**changes: Any) -> FormData:
    content: dict[str, Any] = {
        "number": "KT1080767000011",
        "filed_at": datetime(2024, 7, 8, 10, 56, 42, tzinfo=UTC),
        "authority": Authority(name="เทศบาลเมืองกะทู้", address="เลขที่ 12", phone="076-321-500"),
        "category_group": "ภาษีและค่าธรรมเนียม",
        "category": "ถนน/ไหล่ทาง",
        "petitioner": Petitioner(full_name="นายสมชาย ใจดี", citizen_id=CITIZEN_ID, phone=PHONE, address=HOME),
        "subject": "ถนนชำรุด",
        "details": "ถนนขรุขระ",
        "tracking_code": "7K3M9QX",
        "tracking_url": "https://oss.example.go.th/t/7K3M9QX",
    }
    return FormData(**content | changes)


def a_full_form(**changes: Any) -> FormData:
    """Every part of the form is used."""
    content: dict[str, Any] = {
        "department": "สำนักปลัดเทศบาล",
        "officer": "นางสาวตัวอย่าง รักงาน",
        "place": Place(address="หน้าตลาดสด ตำบลป่าตอง", latitude=7.9056, longitude=98.3332),
        "attachments": (AttachedFile(filename="ภาพถ่ายถนนชำรุด.jpg", size=1_258_291),),
    }
    return a_form(**content | changes)
