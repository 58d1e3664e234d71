"""Petition numbers as people type them."""

from __future__ import annotations

import re
from typing import Final

from shared.kernel.text import ascii_digits

_OTHERS: Final = re.compile(r"[^0-9A-Z]+")


def normal_number(typed: str) -> str:
    """Capitals and ASCII digits, nothing between them: `kt๑080767-000011` is `KT1080767000011`."""
    return _OTHERS.sub("", ascii_digits(typed).upper())
