"""One field at a time: what was typed becomes what is kept, or a finding. No finding repeats what was typed."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final

import phonenumbers
from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError
from stdnum.th import pin
from stdnum.util import isdigits

from shared.kernel.field_errors import Findings
from shared.kernel.text import ascii_digits, clean_line, clean_text

_PHONE: Final = re.compile(r"\+?[\d\s().\-–]+")
_MAILBOX: Final = r"[^\s@.]+(?:\.[^\s@.]+)*"
_LABEL: Final = r"(?!-)[^\s@.,;:()<>\[\]\\\"_]+(?<!-)"
_EMAIL: Final = re.compile(rf"{_MAILBOX}@{_LABEL}(?:\.{_LABEL})+")
_EMAIL_LIMIT: Final = 254
_MAILBOX_LIMIT: Final = 64
_POSTAL_CODE: Final = re.compile(r"[1-9][0-9]{4}")
_THAILAND: Final = ((5.6, 20.5), (97.3, 105.7))
"""The bounds of Thailand in degrees WGS 84: latitude, longitude."""
_WORTH_CLEANING: Final = 4
"""A text of more than this many times its limit is too long, whatever cleaning would leave of it."""
_DEGREE_DIGITS: Final = 6
"""About 0.1 m."""


@dataclass(frozen=True, slots=True)
class TextRule:
    """What a text field must be; `label` is what people call it, `ask` how they are asked for it."""

    label: str
    limit: int
    required: bool = False
    lines: bool = False
    ask: str = "กรุณากรอก"


def text(found: Findings, field: str, typed: object, rule: TextRule) -> str | None:
    """The cleaned text; None when nothing (or nothing usable) was typed."""
    written = _written(found, field, typed, rule.label)
    if written is None:
        return None
    worth = written[: _WORTH_CLEANING * rule.limit]
    kept = clean_text(worth) if rule.lines else clean_line(worth)
    if not kept and rule.required:
        found.error(field, f"{rule.ask}{rule.label}")
    if len(kept) > rule.limit or worth != written:
        found.error(field, f"{rule.label}ยาวได้ไม่เกิน {rule.limit:,} ตัวอักษร")
    return kept or None


def name(found: Findings, field: str, typed: object, rule: TextRule) -> str | None:
    """A text with at least one letter in it."""
    kept = text(found, field, typed, rule)
    if kept is not None and not any(map(str.isalpha, kept)):
        found.error(field, f"{rule.label}ต้องมีตัวอักษร")
    return kept


def citizen_id(found: Findings, field: str, typed: object) -> str:
    """13 digits with a right check digit; dashes, spaces and Thai digits are accepted."""
    label = "เลขประจำตัวประชาชน"
    written = text(found, field, typed, TextRule(label, 50, required=True))
    if written is None:
        return ""
    try:
        return str(pin.validate(ascii_digits(written)))
    except ValidationError as error:
        found.error(field, _citizen_id_message(label, error, ascii_digits(written)))
        return ""


def phone(found: Findings, field: str, typed: object) -> str:
    """A Thai number as E.164. A landline is a warning: it cannot take text messages."""
    label = "หมายเลขโทรศัพท์"
    written = text(found, field, typed, TextRule(label, 50, required=True))
    if written is None:
        return ""
    number = _thai_number(written)
    if number is None:
        found.error(field, f"{label}ไม่ถูกต้อง ตัวอย่างที่ถูกต้อง 081 234 5678")
        return ""
    if phonenumbers.number_type(number) != phonenumbers.PhoneNumberType.MOBILE:
        found.warn(field, "หมายเลขนี้ไม่ใช่โทรศัพท์มือถือ จึงส่งข้อความ (SMS) แจ้งเลขคำร้องไม่ได้")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def email(found: Findings, field: str, typed: object) -> str | None:
    """An address of RFC 5321's lengths with a domain of at least two labels; the domain in lower case."""
    written = text(found, field, typed, TextRule("อีเมล", _EMAIL_LIMIT))
    if written is None:
        return None
    mailbox, _, domain = written.rpartition("@")
    if not _EMAIL.fullmatch(written) or len(mailbox) > _MAILBOX_LIMIT:
        found.error(field, "อีเมลไม่ถูกต้อง ตัวอย่างที่ถูกต้อง name@example.com")
    return f"{mailbox}@{domain.lower()}"


def postal_code(found: Findings, field: str, typed: object, *, required: bool) -> str | None:
    """Five digits, Thai or not."""
    written = text(found, field, typed, TextRule("รหัสไปรษณีย์", 50, required=required))
    if written is None:
        return None
    digits = ascii_digits(written).replace(" ", "")
    if not _POSTAL_CODE.fullmatch(digits):
        found.error(field, "รหัสไปรษณีย์ต้องเป็นตัวเลข 5 หลัก")
    return digits


def coordinates(
    found: Findings, fields: tuple[str, str], typed: tuple[object, object]
) -> tuple[float | None, float | None]:
    """Latitude and longitude in degrees WGS 84, both or none; outside Thailand is a warning."""
    latitude = _degrees(found, fields[0], typed[0], 90)
    longitude = _degrees(found, fields[1], typed[1], 180)
    for field, own, other in zip(fields, typed, reversed(typed), strict=True):
        if _blank(own) and not _blank(other):
            found.error(field, "กรุณาระบุทั้งละติจูดและลองจิจูด")
    if latitude is not None and longitude is not None and not _in_thailand(latitude, longitude):
        found.warn(fields[0], "พิกัดอยู่นอกประเทศไทย กรุณาตรวจสอบตำแหน่งหมุดบนแผนที่")
    return latitude, longitude


def _written(found: Findings, field: str, typed: object, label: str) -> str | None:
    if typed is None:
        return ""
    if isinstance(typed, str):
        return typed
    if isinstance(typed, int) and not isinstance(typed, bool) and abs(typed) < 10**15:
        return str(typed)
    found.error(field, f"{label}ต้องเป็นข้อความ")
    return None


def _citizen_id_message(label: str, error: ValidationError, written: str) -> str:
    if not isdigits(pin.compact(written)):
        return f"{label}ต้องเป็นตัวเลข 13 หลักเท่านั้น"
    if isinstance(error, InvalidLength):
        return f"{label}ต้องมี 13 หลัก (ขณะนี้ {len(pin.compact(written))} หลัก)"
    if isinstance(error, InvalidChecksum):
        return f"{label}ไม่ถูกต้อง กรุณาตรวจสอบตัวเลขทุกหลักอีกครั้ง"
    return f"{label}ไม่ถูกต้อง หลักแรกต้องเป็นเลข 1 ถึง 8"


def _thai_number(written: str) -> phonenumbers.PhoneNumber | None:
    if not _PHONE.fullmatch(written):
        return None
    try:
        number = phonenumbers.parse(written, "TH")
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_valid_number_for_region(number, "TH") else None


def _degrees(found: Findings, field: str, typed: object, bound: int) -> float | None:
    if _blank(typed):
        return None
    value = _number(typed)
    if value is None:
        found.error(field, "พิกัดต้องเป็นตัวเลข")
    elif abs(value) > bound:
        found.error(field, f"พิกัดต้องอยู่ระหว่าง -{bound} ถึง {bound}")
    else:
        return round(value, _DEGREE_DIGITS)
    return None


def _number(typed: object) -> float | None:
    if isinstance(typed, bool) or not isinstance(typed, int | float | str):
        return None
    try:
        value = float(ascii_digits(typed) if isinstance(typed, str) else typed)
    except (ValueError, OverflowError):
        return None
    return value if math.isfinite(value) else None


def _blank(typed: object) -> bool:
    return typed is None or (isinstance(typed, str) and not typed.strip())


def _in_thailand(latitude: float, longitude: float) -> bool:
    bounds = zip((latitude, longitude), _THAILAND, strict=True)
    return all(low <= value <= high for value, (low, high) in bounds)
