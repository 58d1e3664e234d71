"""What petitions' states and history are called in Thai, marked so that they are translated, and how they look."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from services.portal.texts.catalogue import N_

STATES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "filed": N_("รอรับเรื่อง"),
        "accepted": N_("รับเรื่องแล้ว"),
        "in_progress": N_("กำลังดำเนินการ"),
        "scheduled": N_("มีกำหนดดำเนินการ"),
        "waiting_for_citizen": N_("รอข้อมูลจากผู้ร้อง"),
        "forwarded": N_("ส่งต่อหน่วยงานอื่น"),
        "resolved": N_("ดำเนินการเสร็จสิ้น"),
        "rejected": N_("ไม่รับเรื่อง / ไม่อยู่ในอำนาจหน้าที่"),
        "closed": N_("ปิดเรื่อง"),
        "reopened": N_("เปิดเรื่องอีกครั้ง"),
        "withdrawn": N_("ผู้ร้องถอนเรื่อง"),
        "merged": N_("รวมกับเรื่องเดิม"),
    }
)
HAPPENED: Final = (
    N_("กำหนดวันแล้วเสร็จใหม่"),
    N_("บันทึกเพิ่มเติม"),
    N_("ผู้ร้องให้ข้อมูลเพิ่มเติม"),
    N_("ผู้ร้องขอให้เปิดเรื่องอีกครั้ง"),
    N_("ไม่เปิดเรื่องอีกครั้ง"),
    N_("เตือนผู้ร้องให้ส่งข้อมูลเพิ่มเติม"),
    N_("ไม่ได้รับข้อมูลเพิ่มเติมภายในเวลา จึงดำเนินการต่อ"),
)
"""Entries of a public history that change no state, as tracking labels them."""
HAPPENED_INSIDE: Final = (
    N_("มอบหมายผู้รับผิดชอบ"),
    N_("โอนให้หน่วยงานอื่นภายใน"),
    N_("เปลี่ยนประเภทเรื่อง"),
    N_("ใกล้ครบกำหนด"),
    N_("เกินกำหนด"),
    N_("แจ้งหัวหน้าหน่วยงานว่าเกินกำหนด"),
    N_("ผู้ร้องเพิ่มคำร้องนี้เข้าบัญชีของตน"),
    N_("ผู้ร้องขอลบข้อมูล หน่วยงานเก็บไว้ตามระเบียบ"),
    N_("ลบข้อมูลส่วนบุคคลของผู้ร้องแล้ว"),
)
"""The same of those that staff alone read."""
OUTCOME_CHOICES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "solved": N_("แก้ไขเรียบร้อย"),
        "partly_solved": N_("แก้ไขได้บางส่วน"),
        "not_solved": N_("ยังแก้ไขไม่ได้"),
        "not_our_mandate": N_("ไม่อยู่ในอำนาจหน้าที่"),
    }
)
OUTCOMES: Final = tuple(OUTCOME_CHOICES.values())
VISIBILITIES: Final[Mapping[str, str]] = MappingProxyType({"internal": N_("เจ้าหน้าที่เท่านั้น"), "public": N_("ผู้ร้องด้วย")})
"""Who may read a note."""
TEXT: Final = N_("ข้อความแจ้งผู้ร้อง")
TEXTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "filed": N_("แจ้งเลขคำร้อง"),
        "survey": N_("ชวนประเมินความพึงพอใจ"),
        "step_up": N_("รหัส OTP"),
        "accepted": N_("รับเรื่องแล้ว"),
        "started": N_("เริ่มดำเนินการแล้ว"),
        "information_requested": N_("ขอข้อมูลเพิ่ม"),
        "information_reminded": N_("เตือนผู้ร้องให้ส่งข้อมูลเพิ่มเติม"),
        "scheduled": N_("นัดวันดำเนินการแล้ว"),
        "resolved": N_("ดำเนินการเสร็จสิ้น"),
        "rejected": N_("แจ้งผู้ร้องว่าไม่รับเรื่องแล้ว"),
        "reopened": N_("เปิดเรื่องอีกครั้งแล้ว"),
    }
)
"""What a text to the petitioner was about, by its template; `TEXT` for others."""
DELIVERY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "requested": N_("รอส่ง"),
        "accepted": N_("ส่งแล้ว"),
        "delivered": N_("ถึงผู้รับ"),
        "undelivered": N_("ไม่ถึงผู้รับ"),
        "failed": N_("ส่งไม่สำเร็จ"),
        "outcome_unknown": N_("ไม่ทราบผล"),
    }
)
"""What became of a text."""
DELIVERY_LOOKS: Final[Mapping[str, str]] = MappingProxyType(
    {"delivered": "ok", "undelivered": "bad", "failed": "bad", "outcome_unknown": "warn"}
)
SOLVED: Final[Mapping[str, str]] = MappingProxyType(
    {"yes": N_("ได้รับการแก้ไขแล้ว"), "partly": N_("ได้รับการแก้ไขบางส่วน"), "no": N_("ไม่ได้รับการแก้ไข")}
)
"""What petitioners may answer."""
ROLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "clerk": N_("เจ้าหน้าที่รับเรื่อง"),
        "officer": N_("เจ้าหน้าที่ผู้ดำเนินการ"),
        "head": N_("หัวหน้าหน่วยงาน"),
        "executive": N_("ผู้บริหาร (ดูข้อมูลอย่างเดียว)"),
        "admin": N_("ผู้ดูแลระบบของหน่วยงาน"),
        "auditor": N_("ผู้ตรวจสอบ"),
        "platform_admin": N_("ผู้ดูแลระบบกลาง"),
    }
)
"""What staff do, as they are told it."""
LOOKS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "resolved": "ok",
        "closed": "ok",
        "waiting_for_citizen": "warn",
        "reopened": "warn",
        "rejected": "bad",
    }
)
"""State → how its label is coloured; the words tell it too."""
EXPLAINED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "filed": N_("หน่วยงานได้รับคำร้องของท่านแล้ว และกำลังตรวจสอบก่อนรับเรื่อง"),
        "accepted": N_("เจ้าหน้าที่รับเรื่องแล้ว และส่งให้หน่วยงานที่รับผิดชอบดำเนินการ"),
        "in_progress": N_("หน่วยงานที่รับผิดชอบกำลังดำเนินการตามคำร้อง"),
        "scheduled": N_("หน่วยงานกำหนดวันเข้าดำเนินการแล้ว"),
        "waiting_for_citizen": N_("หน่วยงานต้องการข้อมูลเพิ่มเติมจากท่านก่อนดำเนินการต่อ"),
        "forwarded": N_("เรื่องนี้ต้องให้หน่วยงานอื่นร่วมดำเนินการ เราจะติดตามให้"),
        "resolved": N_("หน่วยงานดำเนินการเสร็จแล้ว บอกเราได้ว่าเรื่องได้รับการแก้ไขหรือไม่"),
        "rejected": N_("หน่วยงานไม่สามารถรับเรื่องนี้ได้ ดูเหตุผลในประวัติด้านล่าง"),
        "closed": N_("เรื่องนี้สิ้นสุดแล้ว ขอบคุณที่แจ้งให้เราทราบ"),
        "reopened": N_("เรื่องถูกเปิดขึ้นใหม่ตามคำขอ และกำลังพิจารณาอีกครั้ง"),
        "withdrawn": N_("ท่านถอนคำร้องนี้แล้ว"),
        "merged": N_("คำร้องนี้รวมอยู่กับเรื่องเดียวกันที่มีผู้แจ้งไว้แล้ว"),
    }
)
"""State → what it means for the citizen."""
