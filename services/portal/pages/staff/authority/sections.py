"""The parts of an authority's profile that are one form each, in the order in which they are offered. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from services.portal.pages.staff.authority.document import EVENTS
from services.portal.pages.staff.authority.fields import Field
from services.portal.texts.catalogue import N_


@dataclass(frozen=True, slots=True)
class Section:
    """`title` and `hint` in Thai."""

    code: str
    title: str
    fields: tuple[Field, ...]
    hint: str = ""


ON_EVENT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "accepted": N_("เมื่อรับเรื่อง"),
        "started": N_("เมื่อเริ่มดำเนินการ"),
        "information_requested": N_("เมื่อขอข้อมูลเพิ่ม"),
        "scheduled": N_("เมื่อนัดวันดำเนินการ"),
        "resolved": N_("เมื่อดำเนินการเสร็จ"),
        "rejected": N_("เมื่อไม่รับเรื่อง"),
        "reopened": N_("เมื่อเปิดเรื่องอีกครั้ง"),
    }
)
"""What citizens are texted about."""
TEXTS: Final = "texts"
LOGO: Final = "logo"
"""The part that is a file; it has a page of its own."""
WORDING: Final = N_("ข้อความ SMS")


def wording_path(place: int) -> str:
    """Where the wording about the event at this place stands."""
    return f"settings.texts.on.{place}.wording"


_PROFILE: Final = (
    Field("name_th", N_("ชื่อหน่วยงาน (ไทย)")),
    Field("name_en", N_("ชื่อหน่วยงาน (อังกฤษ)")),
    Field("province", N_("จังหวัด")),
    Field("address", N_("ที่อยู่")),
    Field("phone", N_("โทรศัพท์")),
    Field("email", N_("อีเมล"), optional=True),
    Field("website", N_("เว็บไซต์"), optional=True, hint=N_("ขึ้นต้นด้วย https://")),
    Field("settings.map_centre.latitude", N_("แผนที่เปิดที่ละติจูด"), "decimal", optional=True, hint=N_("เช่น 7.9056")),
    Field("settings.map_centre.longitude", N_("แผนที่เปิดที่ลองจิจูด"), "decimal", optional=True, hint=N_("เช่น 98.3332")),
    Field("settings.domain", N_("โดเมนของหน่วยงาน"), optional=True, hint=N_("เช่น oss.kathu.go.th ต้องชี้มาที่ระบบนี้แล้ว")),
    Field(
        "settings.tracking_url_base", N_("ที่อยู่เว็บที่พิมพ์ในแบบคำร้อง"), optional=True, hint=N_("ขึ้นต้นด้วย https:// ไม่มี / ท้าย")
    ),
)
_LOGO: Final = (
    Field(LOGO, N_("ตราสัญลักษณ์"), optional=True, hint=N_("ไฟล์ jpg, jpeg หรือ png ไม่เกิน 5 MB ระบบย่อขนาดให้เอง")),
)
_ABOUT: Final = (
    Field(
        "about", N_("เกี่ยวกับเรา (ไทย)"), "text", optional=True, empty="", most=5000, hint=N_("เว้นบรรทัดว่างเพื่อขึ้นย่อหน้าใหม่")
    ),
    Field("about_en", N_("เกี่ยวกับเรา (อังกฤษ)"), "text", optional=True, most=5000),
)
_SMS: Final = (
    Field("settings.sms.sender", N_("ชื่อผู้ส่ง"), hint=N_("ที่ลงทะเบียนกับผู้ให้บริการแล้ว ตัวอักษรอังกฤษหรือตัวเลข 3–11 ตัว ไม่เว้นวรรค")),
    Field(
        "settings.sms.include_link",
        N_("ใส่ลิงก์ติดตามใน SMS"),
        "flag",
        hint=N_("มติคณะรัฐมนตรี 18 พ.ย. 2568 ให้หน่วยงานของรัฐงดส่งลิงก์ทาง SMS"),
    ),
    Field(
        "settings.sms.link_base",
        N_("ลิงก์สั้นของหน่วยงาน"),
        optional=True,
        hint=N_("โดเมนของหน่วยงานที่ลงทะเบียนแล้ว ไม่มี https:// เช่น oss.kathu.go.th/t"),
    ),
    Field("settings.texts.quiet_from", N_("ไม่ส่ง SMS ตั้งแต่เวลา"), "time"),
    Field("settings.texts.quiet_until", N_("จนถึงเวลา"), "time", hint=N_("ข้อความที่ถึงกำหนดระหว่างนั้นส่งเมื่อพ้นเวลา")),
)
_TEXTS: Final = tuple(
    field
    for place, event in enumerate(EVENTS)
    for field in (
        Field(f"settings.texts.on.{place}.on", ON_EVENT[event], "flag"),
        Field(wording_path(place), WORDING, "text", optional=True, of=ON_EVENT[event], most=300),
    )
)
_DEADLINES: Final = (
    Field("settings.deadlines.warn_days", N_("เตือนก่อนครบกำหนด (วันทำการ)"), "whole"),
    Field("settings.deadlines.escalate_days", N_("แจ้งหัวหน้าเมื่อเกินกำหนด (วันทำการ)"), "whole"),
    Field("settings.deadlines.remind_after_days", N_("เตือนผู้ร้องที่ยังไม่ตอบคำถามหลังจาก (วัน)"), "whole"),
    Field(
        "settings.deadlines.expire_after_days",
        N_("ดำเนินการต่อโดยไม่รอคำตอบหลังจาก (วัน)"),
        "whole",
        hint=N_("ต้องมากกว่าวันที่เตือนผู้ร้อง"),
    ),
)
_RETENTION: Final = (
    Field(
        "settings.retention.years",
        N_("เก็บข้อมูลผู้ร้องไว้หลังสิ้นสุดเรื่อง (ปี)"),
        "whole",
        hint=N_("แม้ผู้ร้องขอให้ลบ ใส่ 0 หากไม่มีกฎหมายให้เก็บ"),
    ),
    Field("settings.retention.basis", N_("ระเบียบหรือกฎหมายที่ให้เก็บ"), optional=True, hint=N_("ต้องระบุเมื่อเก็บไว้")),
)
SECTIONS: Final = (
    Section("profile", N_("ข้อมูลหน่วยงาน"), _PROFILE),
    Section(LOGO, N_("ตราสัญลักษณ์"), _LOGO),
    Section("about", N_("เกี่ยวกับเรา"), _ABOUT),
    Section("sms", N_("การส่ง SMS"), _SMS),
    Section(TEXTS, N_("ข้อความ SMS ตามสถานะ"), _TEXTS),
    Section(
        "number",
        N_("เลขที่คำร้อง"),
        (
            Field("prefix", N_("อักษรนำหน้าเลขคำร้อง"), hint=N_("ตัวอักษรอังกฤษพิมพ์ใหญ่ 2–3 ตัว ใช้กับคำร้องใหม่เท่านั้น")),
            Field("settings.number.restart", N_("เลขลำดับเริ่มนับใหม่"), "choice", choices="restart"),
        ),
    ),
    Section(
        "survey",
        N_("ความพึงพอใจ"),
        (
            Field("settings.survey.invite", N_("ชวนผู้ร้องประเมินทาง SMS เมื่อเรื่องเสร็จ"), "flag"),
            Field("settings.survey.reopen_days", N_("ขอเปิดเรื่องอีกครั้งได้ภายใน (วัน)"), "whole"),
        ),
    ),
    Section(
        "calendar",
        N_("วันทำการ"),
        (
            Field("settings.calendar.weekdays", N_("วันทำการในสัปดาห์"), "weekdays"),
            Field("settings.calendar.public_holidays", N_("หยุดตามวันหยุดราชการ"), "flag"),
        ),
        N_("วันครบกำหนดนับเฉพาะวันทำการ"),
    ),
    Section("deadlines", N_("การเตือนและกำหนดเวลา"), _DEADLINES),
    Section("retention", N_("ระยะเวลาเก็บข้อมูล"), _RETENTION),
)
"""`days off` are a list of their own."""


def section(code: str) -> Section | None:
    """The part with this code."""
    return next((each for each in SECTIONS if each.code == code), None)
