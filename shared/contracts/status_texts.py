"""What petitioners are texted about the way of their petition where the authority has no words of its own.

Of several wordings the first is sent that fits into one part and has something for each of its gaps.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from shared.contracts.authority import STATUS_PLACEHOLDERS, StatusEvent

BUILT_IN: Final[Mapping[StatusEvent, tuple[str, ...]]] = MappingProxyType(
    {
        "accepted": (
            "คำร้อง {number} รับเรื่องแล้ว โดย{department}",
            "คำร้อง {number} รับเรื่องแล้ว จะแจ้งผลให้ทราบต่อไป",
        ),
        "started": (
            "คำร้อง {number} {department}เริ่มดำเนินการแล้ว",
            "คำร้อง {number} เจ้าหน้าที่เริ่มดำเนินการแล้ว",
        ),
        "information_requested": (
            "คำร้อง {number} ขอข้อมูลเพิ่ม โปรดตอบที่ {link}",
            "คำร้อง {number} ขอข้อมูลเพิ่ม ตอบที่เว็บหรือโทร {phone}",
            "คำร้อง {number} ขอข้อมูลเพิ่ม โปรดตอบที่เว็บของหน่วยงาน",
        ),
        "scheduled": ("คำร้อง {number} มีกำหนดดำเนินการวันที่ {date}",),
        "resolved": (
            "คำร้อง {number} ดำเนินการเสร็จแล้ว ดูผลที่ {link}",
            "คำร้อง {number} ดำเนินการเสร็จแล้ว ดูผลที่เว็บของหน่วยงาน",
        ),
        "rejected": (
            "คำร้อง {number} ไม่รับเรื่อง ดูเหตุผลที่ {link}",
            "คำร้อง {number} ไม่รับเรื่อง ดูเหตุผลที่เว็บของหน่วยงาน",
        ),
        "reopened": ("คำร้อง {number} เปิดเรื่องอีกครั้งแล้ว จะแจ้งผลให้ทราบต่อไป",),
    }
)
REMINDER: Final = (
    "คำร้อง {number} รอข้อมูลจากท่าน โปรดตอบที่ {link}",
    "คำร้อง {number} รอข้อมูลจากท่าน ตอบที่เว็บหรือโทร {phone}",
    "คำร้อง {number} รอข้อมูลจากท่าน โปรดตอบที่เว็บของหน่วยงาน",
)
"""To who has not answered a question; an authority's own words are those of the question."""


def gaps_of(event: StatusEvent, *, link: bool) -> frozenset[str]:
    """What there is for the gaps of a wording: a question where one was asked, a link where the authority sends any."""
    asked = event == "information_requested"
    return STATUS_PLACEHOLDERS - {name for name, there in (("question", asked), ("link", link)) if not there}
