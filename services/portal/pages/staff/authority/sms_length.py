"""How long an authority's wording is once its gaps are filled, and in how many parts it is sent. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from shared.contracts.authority import AuthorityConfigured
from shared.kernel.placeholders import filled
from shared.kernel.sms_text import segments, units

CODE: Final = "6d0M5bK"
"""As long as a tracking code."""
DIGITS: Final = "1080767000011"
"""The rest of a number, behind the prefix."""
QUESTION: Final = "ขอทราบตำแหน่งที่แน่นอนของจุดที่แจ้ง"
DATE: Final = "08 ก.ค. 2567"


@dataclass(frozen=True, slots=True)
class Length:
    """`text` is an example; `units` as SMS counts them, `parts` are what is paid for."""

    text: str
    units: int
    parts: int


def length_of(wording: str, authority: AuthorityConfigured) -> Length:
    """Of a text as citizens would get it, with the longest name of a department."""
    text = filled(wording.strip(), _sample(authority))
    return Length(text, units(text), segments(text))


def _sample(authority: AuthorityConfigured) -> dict[str, str]:
    base = authority.settings.sms.link_base or authority.settings.domain or "example.go.th/t"
    return {
        "number": f"{authority.prefix}{DIGITS}",
        "department": max((each.name for each in authority.departments), key=len),
        "phone": authority.phone,
        "date": DATE,
        "question": QUESTION,
        "link": f"{base}/{CODE}",
    }
