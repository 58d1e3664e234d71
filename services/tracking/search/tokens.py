"""What the index keeps in the place of words, names and phones: keyed hashes, which nobody reads without the key."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from typing import Final

import phonenumbers

from services.tracking.search.words import words_of
from shared.contracts.petition import Petitioner
from shared.kernel.text import ascii_digits, clean_line

_OCTETS: Final = 9
"""72 bits: among the words of a language no two fall together."""

_REGION: Final = "TH"


class Tokens:
    """Hashes of one installation. A word, a name and a phone that are spelt the same have different ones."""

    def __init__(self, pepper: bytes) -> None:
        self._pepper = pepper

    def of_text(self, text: str) -> list[str]:
        """Of each word of a text."""
        return self._all("word", words_of(text))

    def of_names(self, *names: str | None) -> list[str]:
        """Of each name, whole: family names are looked for as they are written."""
        return self._all("name", {part for name in names if name for part in clean_line(name).casefold().split()})

    def of_petitioner(self, petitioner: Petitioner) -> list[str]:
        """Of the names of a petitioner."""
        return self.of_names(petitioner.given_name, petitioner.family_name)

    def of_phone(self, typed: str) -> str:
        """Of a phone, however it is written: `081-234 5678` and `+66812345678` are the same."""
        return self._one("phone", _e164(typed))

    def _all(self, kind: str, parts: Iterable[str]) -> list[str]:
        return sorted(self._one(kind, part) for part in parts)

    def _one(self, kind: str, text: str) -> str:
        digest = hmac.digest(self._pepper, f"search/{kind}/{text}".encode(), hashlib.sha256)
        return base64.b64encode(digest[:_OCTETS]).decode()


def _e164(typed: str) -> str:
    digits = ascii_digits(clean_line(typed))
    try:
        number = phonenumbers.parse(digits, _REGION)
    except phonenumbers.NumberParseException:
        return digits
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
