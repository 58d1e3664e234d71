"""Somebody who has a Digital ID in the sandbox, and how what they type is read."""

from __future__ import annotations

import re
from typing import Final

from pydantic import BaseModel, ConfigDict
from stdnum.th import pin

THAI_DIGITS: Final = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
SELF_REGISTERED: Final = "1.3"
"""Identity assurance of a registration with number and laser code (DGA)."""


class Person(BaseModel):
    """Frozen. `password_hash` as `passwords` makes it, `phone` in E.164."""

    model_config = ConfigDict(frozen=True)

    person_id: str
    citizen_number: str
    user_name: str
    email: str | None = None
    phone: str
    password_hash: str
    given_name: str
    family_name: str
    title: str | None = None
    title_en: str | None = None
    given_name_en: str | None = None
    family_name_en: str | None = None
    gender: str | None = None
    birthdate: str | None = None
    address: str | None = None
    assurance: str = SELF_REGISTERED
    """What a password of theirs proves."""
    note: str | None = None
    """On the page of sample people: what they are good for. None: somebody who registered."""

    @classmethod
    def nobody(cls) -> Person:
        """Empty, for the names of the claims."""
        blank = dict.fromkeys(("person_id", "citizen_number", "user_name", "phone", "password_hash"), "")
        return cls(**blank, given_name="", family_name="")

    @property
    def full_name(self) -> str:
        """`นายสมมติ ตัวอย่างหนึ่ง`: Thai titles stand before the name without a space."""
        return f"{self.title or ''}{self.given_name} {self.family_name}".strip()


def bare_number(typed: str) -> str:
    """Digits as typed on a Thai keyboard too, without dashes and spaces."""
    return re.sub(r"[\s-]", "", typed).translate(THAI_DIGITS)


def is_citizen_number(number: str) -> bool:
    """13 digits, a first digit from 1 to 8, the check digit right."""
    return bool(re.fullmatch(r"[0-9]{13}", number)) and bool(pin.is_valid(number))


def printed_number(number: str) -> str:
    """`1-2345-67890-12-1`, as on the card."""
    return f"{number[0]}-{number[1:5]}-{number[5:10]}-{number[10:12]}-{number[12]}"
