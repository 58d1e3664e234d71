"""Phone numbers, in E.164."""

from __future__ import annotations

from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

_TEXTABLE: Final = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})


def can_receive_sms(phone: str) -> bool:
    """Whether the number is one of a mobile phone; no text is sent to a landline."""
    try:
        return phonenumbers.number_type(phonenumbers.parse(phone)) in _TEXTABLE
    except NumberParseException:
        return False


def last_four(phone: str) -> str:
    """What a citizen types to follow a petition."""
    return phone[-4:]


def national(stored: str) -> str:
    """As people in Thailand write it: `081 234 5678`; what is no number as it is."""
    try:
        number = phonenumbers.parse(stored)
    except NumberParseException:
        return stored
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL))
