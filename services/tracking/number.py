"""Petition numbers as people type them."""

from __future__ import annotations

import re
from typing import Final

_THAI_DIGITS: Final = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_OTHERS: Final = re.compile(r"[^0-9A-Z]+")


def normal_number(typed: str) -> str:
    """Capitals and ASCII digits, nothing between them: `kt๑080767-000011` is `KT1080767000011`."""
    return _OTHERS.sub("", typed.translate(_THAI_DIGITS).upper())


def ascii_digits(typed: str) -> str:
    """Thai digits as 0–9."""
    return typed.translate(_THAI_DIGITS)
