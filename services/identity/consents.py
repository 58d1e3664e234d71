"""What members agree to: texts with versions. A version that was shown once stays here; a new text is a new version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

ACCOUNT: Final = "account"


@dataclass(frozen=True, slots=True)
class ConsentText:
    """One version: what is used, what for, for how long (PDPA B.E. 2562 s. 19 and 23)."""

    purpose: str
    version: str
    title: str
    what: str
    why: str
    how_long: str
    withdrawal: str
    required: bool


CURRENT: Final[Mapping[str, ConsentText]] = MappingProxyType(
    {
        ACCOUNT: ConsentText(
            purpose=ACCOUNT,
            version="1",
            title="การยินยอมให้ใช้ข้อมูล",
            what="คำนำหน้า ชื่อ นามสกุล เลขประจำตัวประชาชน และระดับการยืนยันตัวตนจากผู้ให้บริการ Digital ID"
            " รวมถึงหมายเลขโทรศัพท์ อีเมล และที่อยู่ที่ท่านให้ไว้",
            why="เพื่อสร้างบัญชีของท่าน กรอกข้อมูลผู้ร้องให้โดยอัตโนมัติเมื่อยื่นคำร้อง และแสดงประวัติคำร้องของท่าน",
            how_long="ตลอดเวลาที่ท่านมีบัญชี เมื่อท่านลบบัญชี ข้อมูลส่วนบุคคลของท่านจะถูกทำลายและไม่สามารถกู้คืนได้"
            " โดยคงเหลือเฉพาะเลขคำร้อง สถานะ และวันเวลาซึ่งไม่ระบุตัวตน",
            withdrawal="ท่านถอนความยินยอมได้ทุกเมื่อที่หน้าข้อมูลของฉัน เมื่อถอนแล้วระบบจะไม่กรอกข้อมูลให้"
            " และท่านยังยื่นคำร้องโดยไม่เข้าสู่ระบบได้ตามปกติ",
            required=True,
        )
    }
)
