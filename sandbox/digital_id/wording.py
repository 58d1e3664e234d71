"""How the pages name what a client asks for."""

from __future__ import annotations

from typing import Final

from sandbox.digital_id.flavour import Flavour

_NAMES: Final = {
    "pid": "เลขประจำตัวประชาชน",
    "citizen_id": "เลขประจำตัวประชาชน",
    "citizen_id_verified": "ผลการตรวจสอบเลขประจำตัวประชาชน",
    "title": "คำนำหน้าชื่อ",
    "given_name": "ชื่อ",
    "family_name": "นามสกุล",
    "name": "ชื่อเต็ม",
    "title_en": "คำนำหน้าชื่อ (อังกฤษ)",
    "given_name_en": "ชื่อ (อังกฤษ)",
    "family_name_en": "นามสกุล (อังกฤษ)",
    "name_en": "ชื่อเต็ม (อังกฤษ)",
    "gender": "เพศ",
    "birthdate": "วันเดือนปีเกิด",
    "address": "ที่อยู่",
    "ial": "ระดับการพิสูจน์ตัวตน (IAL)",
    "ial_level": "ระดับการพิสูจน์ตัวตน (IAL)",
    "profile": "ข้อมูลบัญชีผู้ใช้",
    "user_id": "รหัสบัญชี",
    "preferred_username": "ชื่อผู้ใช้",
    "phone_number": "หมายเลขโทรศัพท์",
    "phone_number_verified": "ผลการตรวจสอบหมายเลขโทรศัพท์",
    "email": "อีเมล",
    "email_verified": "ผลการตรวจสอบอีเมล",
}


def wanted_of(flavour: Flavour, scopes: tuple[str, ...]) -> list[str]:
    """What the scopes open, in the order of the flavour."""
    return [_NAMES[scope] for scope in flavour.scopes if scope in scopes and scope in _NAMES]
