"""Sample petitioners. Their family names say so, and no card has their numbers: a first digit 0 is never issued."""

from __future__ import annotations

import random
from typing import Final
from uuid import UUID

from shared.contracts.petition import Address, Petitioner

_GIVEN: Final = (
    "กนก", "กมล", "กิตติ", "ขวัญ", "จันทร์", "จิตรา", "ชาติ", "ชลธิชา", "ณัฐ", "ดวงใจ", "ถนอม", "ทองดี", "ธนา",
    "นภา", "บุญมี", "ประเสริฐ", "ปรีชา", "ผ่องศรี", "พรทิพย์", "ไพศาล", "มานะ", "มาลี", "ยุพิน", "รัตนา",
    "เรวัต", "ลำดวน", "วันดี", "วิชัย", "ศิริพร", "สมชาย", "สมศรี", "สุดา", "สุรชัย", "เสาวลักษณ์", "หทัย",
    "อนงค์", "อรุณ", "อำไพ", "เอกชัย", "โอภาส",
)  # fmt: skip
_FAMILY: Final = (
    "แก้ว", "คำดี", "จันทร์", "ใจงาม", "ชูศรี", "ทองคำ", "นาคี", "บุญมา", "ประทุม", "พันธุ์ดี", "มีสุข",
    "รักไทย", "วงศ์ดี", "ศรีสุข", "สายทอง", "สุขใจ", "แสงทอง", "หอมหวน", "อินทร์", "โอฬาร",
)  # fmt: skip
SAMPLE: Final = "ตัวอย่าง"
"""The end of every family name."""


def person(rng: random.Random, serial: int) -> tuple[UUID, Petitioner]:
    """Somebody, and the data subject that they are."""
    address = Address(
        house_no=f"{rng.randint(1, 400)}/{rng.randint(1, 90)}",
        moo=str(rng.randint(1, 9)),
        subdistrict="กะทู้",
        district="กะทู้",
        province="ภูเก็ต",
        postal_code="83120",
    )
    petitioner = Petitioner(
        title=rng.choice(("นาย", "นาง", "นางสาว")),
        given_name=rng.choice(_GIVEN),
        family_name=rng.choice(_FAMILY) + SAMPLE,
        citizen_id=f"0{serial:012}",
        phone=f"+668{serial:08}",
        address=address,
    )
    return UUID(int=rng.getrandbits(128), version=4), petitioner
