"""The six steps by which somebody gets a Digital ID, and what each of them accepts. Pure.

The laser code is looked at and forgotten: nothing here or below keeps it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from sandbox.digital_id.person import THAI_DIGITS, Person, bare_number, is_citizen_number
from sandbox.sms_gateway.submission import thai_mobile
from shared.kernel.secrets import same

LONGEST: Final = 100
SHORTEST_PASSWORD: Final = 8
MOST_TRIES: Final = 5
_LASER: Final = re.compile(r"[A-Z]{2}[0-9]{10}")
_THAI_NAME: Final = re.compile(r"(?=.*[ก-ฮ])[\u0e01-\u0e3a\u0e40-\u0e4e][\u0e01-\u0e3a\u0e40-\u0e4e .-]*")
_USER_NAME: Final = re.compile(r"[a-z][a-z0-9._-]{3,29}")
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
Fields = Mapping[str, str]


class Step(StrEnum):
    """In their order; the value is the end of the page's address."""

    TERMS = "terms"
    CARD = "card"
    ACCOUNT = "account"
    PHONE = "phone"
    CHECK = "check"
    DONE = "done"

    @property
    def number(self) -> int:
        return list(Step).index(self) + 1

    @property
    def before(self) -> Step | None:
        return list(Step)[self.number - 2] if self.number > 1 else None


class Otp(BaseModel):
    """A one-time password on its way. `code_hash` is keyed by what only the browser has."""

    model_config = ConfigDict(frozen=True)

    phone: str
    reference: str
    code_hash: str
    until: int
    tries: int = 0


class Registration(BaseModel):
    """What somebody has told so far. Frozen."""

    model_config = ConfigDict(frozen=True)

    interaction: str | None = None
    """The log-in to go back to."""
    terms_accepted: bool = False
    citizen_number: str | None = None
    given_name: str = ""
    family_name: str = ""
    user_name: str = ""
    email: str | None = None
    password_hash: str | None = None
    phone: str | None = None
    """Proven by the one-time password."""
    otp: Otp | None = None
    done: bool = False

    @property
    def step(self) -> Step:
        """The first one that is not finished."""
        finished = {
            Step.TERMS: self.terms_accepted,
            Step.CARD: self.citizen_number is not None,
            Step.ACCOUNT: self.password_hash is not None,
            Step.PHONE: self.phone is not None,
            Step.CHECK: self.done,
        }
        return Step.DONE if self.done else next((step for step, there in finished.items() if not there), Step.CHECK)

    def person(self, person_id: str) -> Person:
        """Whoever this registration makes; every step is finished."""
        assert self.citizen_number
        assert self.password_hash
        assert self.phone
        return Person(
            person_id=person_id,
            citizen_number=self.citizen_number,
            user_name=self.user_name,
            email=self.email,
            phone=self.phone,
            password_hash=self.password_hash,
            given_name=self.given_name,
            family_name=self.family_name,
        )


@dataclass(frozen=True, slots=True)
class Checked:
    """What a step takes over, or by field what is wrong (Thai)."""

    values: dict[str, Any] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)


def check_terms(fields: Fields) -> Checked:
    if fields.get("accept") != "yes":
        return Checked(problems={"accept": "โปรดอ่านและยอมรับเงื่อนไขก่อนดำเนินการต่อ"})
    return Checked({"terms_accepted": True})


def check_card(fields: Fields) -> Checked:
    """The number and the laser code of the card, of which only the number is taken over."""
    number = bare_number(fields.get("citizen_number", ""))
    laser = re.sub(r"[\s-]", "", fields.get("laser_code", "")).translate(THAI_DIGITS).upper()
    problems = {}
    if not is_citizen_number(number):
        problems["citizen_number"] = "เลขประจำตัวประชาชนไม่ถูกต้อง ตรวจสอบตัวเลขทั้ง 13 หลัก"
    if not _LASER.fullmatch(laser):
        problems["laser_code"] = "รหัสหลังบัตรประกอบด้วยตัวอักษรอังกฤษ 2 ตัวและตัวเลข 10 หลัก เช่น JT9-9999999-99"
    return Checked({"citizen_number": number}, problems)


def check_account(fields: Fields, has_password: bool) -> Checked:
    """Names, user name, e-mail; the password is checked here and hashed elsewhere."""
    values = {name: " ".join(fields.get(name, "").split()) for name in ("given_name", "family_name")}
    values |= {"user_name": fields.get("user_name", "").strip().lower(), "email": fields.get("email", "").strip()}
    problems = {}
    for name, called in (("given_name", "ชื่อ"), ("family_name", "นามสกุล")):
        if not _THAI_NAME.fullmatch(values[name]) or len(values[name]) > LONGEST:
            problems[name] = f"กรอก{called}เป็นภาษาไทย"
    if not _USER_NAME.fullmatch(values["user_name"]):
        problems["user_name"] = "ใช้ตัวอักษรอังกฤษพิมพ์เล็กและตัวเลข 4–30 ตัว ขึ้นต้นด้วยตัวอักษร"
    if values["email"] and (not _EMAIL.fullmatch(values["email"]) or len(values["email"]) > LONGEST):
        problems["email"] = "อีเมลไม่ถูกต้อง"
    problems |= _password_problems(fields, values["user_name"], has_password)
    return Checked({**values, "email": values["email"] or None}, problems)


def _password_problems(fields: Fields, user_name: str, has_password: bool) -> dict[str, str]:
    password, again = fields.get("password", ""), fields.get("password_again", "")
    if has_password and not password and not again:
        return {}
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST:
        return {"password": f"รหัสผ่านต้องยาวอย่างน้อย {SHORTEST_PASSWORD} ตัวอักษร"}
    if password.lower() == user_name:
        return {"password": "รหัสผ่านต้องไม่เหมือนชื่อผู้ใช้"}
    return {} if same(password, again) else {"password_again": "รหัสผ่านทั้งสองช่องไม่ตรงกัน"}


def check_phone(fields: Fields) -> Checked:
    number = thai_mobile(fields.get("phone", "").translate(THAI_DIGITS))
    if number is None:
        return Checked(problems={"phone": "กรอกหมายเลขโทรศัพท์มือถือไทย 10 หลัก เช่น 081-234-5678"})
    return Checked({"phone": number})


def check_otp(otp: Otp, given_hash: str, now: int) -> Checked:
    """The phone is proven, or what is wrong; each wrong code counts."""
    if now >= otp.until:
        return Checked(problems={"code": "รหัสหมดอายุแล้ว ขอรหัสใหม่"})
    if otp.tries >= MOST_TRIES:
        return Checked(problems={"code": "กรอกรหัสผิดหลายครั้งเกินไป ขอรหัสใหม่"})
    if not same(given_hash, otp.code_hash):
        tried = otp.model_copy(update={"tries": otp.tries + 1})
        return Checked({"otp": tried}, {"code": "รหัสไม่ถูกต้อง ตรวจสอบ SMS แล้วกรอกอีกครั้ง"})
    return Checked({"phone": otp.phone, "otp": None})
