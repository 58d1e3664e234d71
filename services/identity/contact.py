"""What members type about themselves becomes what is kept, or a message by field. No message repeats what was typed."""

from __future__ import annotations

import re
from typing import Any, Final

import phonenumbers
from phonenumbers import NumberParseException
from pydantic import BaseModel, Field

from services.identity.member import Contact
from shared.contracts.petition import Address
from shared.kernel.text import ascii_digits, clean_line

_EMAIL: Final = re.compile(r"[^\s@]{1,64}@[^\s@.]+(\.[^\s@.]+)+")
_POSTAL_CODE: Final = re.compile(r"[1-9][0-9]{4}")
_LIMITS: Final = {"title": 50, "phone": 30, "email": 254}
_TOO_LONG: Final = "ข้อความยาวเกินไป"


class AddressInput(BaseModel):
    """A Thai postal address; what is not known is left out."""

    house_no: str | None = Field(default=None, examples=["12"])
    moo: str | None = Field(default=None, examples=["2"])
    soi: str | None = None
    road: str | None = Field(default=None, examples=["วิชิตสงคราม"])
    subdistrict: str | None = Field(default=None, examples=["กะทู้"])
    district: str | None = Field(default=None, examples=["กะทู้"])
    province: str | None = Field(default=None, examples=["ภูเก็ต"])
    postal_code: str | None = Field(default=None, examples=["83120"])


class ContactInput(BaseModel):
    """Title (คำนำหน้า), contact phone, and if wanted e-mail and address."""

    title: str | None = Field(default=None, examples=["นาย"])
    phone: str = Field(examples=["0812345678"])
    email: str | None = None
    address: AddressInput | None = None


class ContactInvalid(Exception):
    """Some fields cannot stand; `messages` are in Thai, by field."""

    def __init__(self, messages: dict[str, str]) -> None:
        super().__init__(", ".join(messages))
        self.messages = messages


def contact_of(typed: ContactInput) -> Contact:
    """Cleaned and whole. Raises ContactInvalid with every mistake at once."""
    messages: dict[str, str] = {}
    lines = {name: _line(messages, name, getattr(typed, name), limit) for name, limit in _LIMITS.items()}
    phone = _phone(messages, lines["phone"])
    if lines["email"] and not _EMAIL.fullmatch(lines["email"]):
        messages["email"] = "อีเมลไม่ถูกต้อง ตัวอย่างที่ถูกต้อง name@example.com"
    address = _address(messages, typed.address)
    if messages:
        raise ContactInvalid(messages)
    return Contact(title=lines["title"], phone=phone, email=lines["email"], address=address)


def _phone(messages: dict[str, str], typed: str | None) -> str:
    """A Thai number as E.164."""
    try:
        number = phonenumbers.parse(ascii_digits(typed or ""), "TH")
    except NumberParseException:
        number = None
    if number is None or number.country_code != 66 or not phonenumbers.is_valid_number(number):
        messages.setdefault("phone", "หมายเลขโทรศัพท์ไม่ถูกต้อง ตัวอย่างที่ถูกต้อง 081 234 5678")
        return ""
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _address(messages: dict[str, str], typed: AddressInput | None) -> Address | None:
    """None for an empty one."""
    if typed is None:
        return None
    given: dict[str, Any] = typed.model_dump()
    lines = {name: _line(messages, f"address.{name}", value, 100) for name, value in given.items()}
    if lines["postal_code"] and not _POSTAL_CODE.fullmatch(lines["postal_code"]):
        messages["address.postal_code"] = "รหัสไปรษณีย์ต้องเป็นตัวเลข 5 หลัก"
    return Address(**lines) if any(lines.values()) else None


def _line(messages: dict[str, str], field: str, typed: str | None, limit: int) -> str | None:
    """One clean line; None for nothing."""
    worth = (typed or "")[: 4 * limit + 1]
    line = clean_line(worth)
    if len(line) > limit or len(worth) > 4 * limit:
        messages[field] = _TOO_LONG
        return None
    return line or None
