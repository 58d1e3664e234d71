"""What sample petitioners write: a subject and two or three sentences."""

from __future__ import annotations

import random
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_COMPLAINTS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "roads": ("ถนนชำรุดเป็นหลุมลึก", "ไหล่ทางทรุดตัว", "ทางเท้าแตกหลายจุด", "เส้นจราจรลบเลือน", "สะพานมีรอยร้าว"),
        "lighting": ("ไฟถนนดับทั้งซอย", "เสาไฟเอียงใกล้ล้ม", "สายสื่อสารหย่อนลงมาต่ำ", "ขอติดตั้งไฟส่องสว่าง"),
        "water": ("น้ำท่วมขังหลังฝนตก", "ท่อระบายน้ำอุดตัน", "ฝาท่อชำรุด", "คลองตื้นเขิน", "น้ำประปาไม่ไหล"),
        "waste": ("ขยะตกค้างหลายวัน", "มีคนลักลอบทิ้งขยะ", "ขอถังขยะเพิ่ม", "กิ่งไม้กองอยู่ริมทาง"),
        "nuisance": ("เสียงดังตอนกลางคืน", "กลิ่นเหม็นจากโรงงาน", "ควันจากการเผาขยะ", "ฝุ่นจากการก่อสร้าง"),
    }
)
_OTHERS: Final = ("ขอคำแนะนำเรื่องภาษีที่ดิน", "ขอใช้สถานที่จัดงาน", "สอบถามเบี้ยผู้สูงอายุ", "พบสุนัขจรจัดดุร้าย", "ขอตรวจสอบการก่อสร้าง")
_PLACES: Final = (
    "หน้าตลาดสด", "ข้างวัด", "ใกล้โรงเรียน", "ปากซอย", "หลังหมู่บ้าน", "ริมคลอง", "หน้าโรงพยาบาล",
    "ตรงข้ามสถานีตำรวจ", "ใต้สะพานลอย",
)  # fmt: skip
_MORE: Final = (
    "เป็นมาหลายวันแล้ว", "มีผู้สูงอายุสัญจรลำบาก", "เกิดอุบัติเหตุบ่อยครั้ง", "รถจักรยานยนต์ล้มเมื่อวาน", "เด็กนักเรียนต้องเดินอ้อม",
    "ขอให้เจ้าหน้าที่เข้าตรวจสอบโดยด่วน", "เคยแจ้งแล้วแต่ยังไม่ได้รับการแก้ไข", "ชาวบ้านในซอยเดือดร้อนมาก", "ขอบคุณเจ้าหน้าที่ล่วงหน้า",
)  # fmt: skip


def text(rng: random.Random, category: str) -> tuple[str, tuple[str, ...]]:
    """The subject, and the sentences of the details."""
    subject = rng.choice(_COMPLAINTS.get(category.partition(".")[0], _OTHERS))
    return subject, (subject, rng.choice(_PLACES), *rng.sample(_MORE, rng.randint(1, 2)))
