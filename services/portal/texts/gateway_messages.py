"""What gateways tell citizens, who read it in their own language: intake's and documents' messages are in Thai."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Final

from services.portal.texts import refusal_messages
from services.portal.texts.catalogue import N_

LONGEST: Final = 500
"""No message of a gateway is longer: they do not repeat what was typed."""

TEMPLATES: Final = (
    N_("กรุณากรอก%(label)s"),
    N_("กรุณาเลือก%(label)s"),
    N_("%(label)sยาวได้ไม่เกิน %(limit)s ตัวอักษร"),
    N_("%(label)sต้องมีตัวอักษร"),
    N_("%(label)sต้องมี 13 หลัก (ขณะนี้ %(digits)s หลัก)"),
    N_("รหัสไปรษณีย์ไม่ตรงกับตำบลนี้ (ปกติคือ %(usual)s) กรุณาตรวจสอบอีกครั้ง"),
    N_("%(one)s หรือ %(other)s"),
    *refusal_messages.TEMPLATES,
)
"""Messages with something in them: names of fields are translated too."""

FIXED: Final = (
    N_("ไม่พบหน่วยงานนี้"),
    N_("ไม่พบประเภทเรื่องนี้ในหน่วยงานที่เลือก"),
    N_("ไม่พบบริการนี้ในหน่วยงานที่เลือก"),
    N_("บริการนี้ยังไม่เปิดรับคำร้อง"),
    N_("เลขประจำตัวประชาชนต้องเป็นตัวเลข 13 หลักเท่านั้น"),
    N_("เลขประจำตัวประชาชนไม่ถูกต้อง กรุณาตรวจสอบตัวเลขทุกหลักอีกครั้ง"),
    N_("เลขประจำตัวประชาชนไม่ถูกต้อง หลักแรกต้องเป็นเลข 1 ถึง 8"),
    N_("หมายเลขโทรศัพท์ไม่ถูกต้อง ตัวอย่างที่ถูกต้อง 081 234 5678"),
    N_("หมายเลขนี้ไม่ใช่โทรศัพท์มือถือ จึงส่งข้อความ (SMS) แจ้งเลขคำร้องไม่ได้"),
    N_("อีเมลไม่ถูกต้อง ตัวอย่างที่ถูกต้อง name@example.com"),
    N_("รหัสไปรษณีย์ต้องเป็นตัวเลข 5 หลัก"),
    N_("กรุณาระบุทั้งละติจูดและลองจิจูด"),
    N_("พิกัดอยู่นอกประเทศไทย กรุณาตรวจสอบตำแหน่งหมุดบนแผนที่"),
    N_("พิกัดต้องเป็นตัวเลข"),
    N_("พิกัดต้องอยู่ระหว่าง -90 ถึง 90"),
    N_("พิกัดต้องอยู่ระหว่าง -180 ถึง 180"),
    N_("ไม่พบตำบล อำเภอ และจังหวัดนี้อยู่ด้วยกัน กรุณาตรวจสอบอีกครั้ง"),
    N_("เนื้อหาในไฟล์ไม่ตรงกับนามสกุลของไฟล์ กรุณาบันทึกไฟล์ใหม่ให้ถูกประเภทแล้วแนบอีกครั้ง"),
    N_("เปิดไฟล์ไม่ได้ ไฟล์อาจเสียหาย กรุณาตรวจสอบแล้วแนบใหม่"),
    N_("ไฟล์มีมาโคร (macro) จึงแนบไม่ได้ กรุณาบันทึกเป็นไฟล์ที่ไม่มีมาโครหรือไฟล์ pdf"),
    N_("ไฟล์มีคำสั่งที่ทำงานเองได้ จึงแนบไม่ได้ กรุณาบันทึกเป็นไฟล์ pdf หรือรูปภาพใหม่"),
    N_("ไฟล์มีรหัสผ่าน เจ้าหน้าที่เปิดอ่านไม่ได้ กรุณาบันทึกแบบไม่ใส่รหัสผ่านแล้วแนบใหม่"),
    N_("เนื้อหาในไฟล์ใหญ่เกินกว่าที่ระบบจะเปิดได้ กรุณาลดขนาดไฟล์หรือรูปภาพแล้วแนบใหม่"),
    N_("พบไวรัสหรือโปรแกรมอันตรายในไฟล์ จึงไม่รับไฟล์นี้"),
    N_("ตราสัญลักษณ์ต้องเป็นไฟล์ภาพ jpg, jpeg หรือ png"),
    N_("หมายเลขโทรศัพท์"),  # the names of fields that stand in the templates
    N_("คำอธิบายสถานที่"),
    N_("หน่วยงาน"),
    N_("บริการ"),
)
"""Messages, and names of fields, as they stand."""


def in_language(message: str, gettext: Callable[[str], str]) -> str:
    """A gateway's message by `gettext`; one that is not known here stays as the gateway said it."""
    known = gettext(message)
    for template in TEMPLATES if known == message and len(message) <= LONGEST else ():
        if found := _pattern(template).fullmatch(message):
            parts = {name: in_language(value, gettext) for name, value in found.groupdict().items()}
            return gettext(template) % parts
    return known


@cache
def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"%\\?\((\w+)\\?\)s", r"(?P<\1>.+?)", re.escape(template)))
