"""What citizens would be texted about each event, how long that is, and in how many parts it is sent. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from shared.contracts.authority import AuthorityConfigured, StatusEvent
from shared.contracts.status_texts import BUILT_IN, REMINDER, gaps_of
from shared.kernel.placeholders import filled, placeholders
from shared.kernel.sms_text import fitting, segments, units

CODE: Final = "6d0M5bK"
"""As long as a tracking code."""
DIGITS: Final = "1080767000011"
"""The rest of a number, behind the prefix."""
QUESTION: Final = "ขอทราบตำแหน่งที่แน่นอนของจุดที่แจ้ง"
DATE: Final = "08 ก.ค. 2567"


@dataclass(frozen=True, slots=True)
class Length:
    """`text` is an example; `units` as SMS counts them, `parts` are what is paid for. `unfilled` are gaps for which
    there is nothing: such a text is not sent, but the built-in one."""

    text: str
    units: int
    parts: int
    unfilled: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """The `wording` that is sent where the authority has none, its gaps open, and an example of it. `gaps` are those
    that a wording may have."""

    wording: str
    length: Length
    gaps: tuple[str, ...]


def length_of(wording: str, event: StatusEvent, authority: AuthorityConfigured) -> Length:
    """Of an authority's own words as citizens would get them, with the longest name of a department."""
    gaps = _sample(event, authority)
    unfilled = tuple(each for each in placeholders(wording) if each not in gaps)
    return _measured(filled(wording.strip(), gaps), unfilled)


def built_in(event: StatusEvent, authority: AuthorityConfigured) -> BuiltIn:
    """What is sent about the event where nothing is typed."""
    return _sent(BUILT_IN[event], event, authority)


def reminder(authority: AuthorityConfigured) -> BuiltIn:
    """What is sent to who has not answered a question."""
    return _sent(REMINDER, "information_requested", authority)


def _sent(wordings: Iterable[str], event: StatusEvent, authority: AuthorityConfigured) -> BuiltIn:
    gaps = _sample(event, authority)
    wording = fitting(wordings, gaps)
    return BuiltIn(wording, _measured(filled(wording, gaps)), tuple(gaps))


def _measured(text: str, unfilled: tuple[str, ...] = ()) -> Length:
    return Length(text, units(text), segments(text), unfilled)


def _sample(event: StatusEvent, authority: AuthorityConfigured) -> dict[str, str]:
    sms = authority.settings.sms
    base = sms.link_base if sms.include_link else None
    every = {
        "number": f"{authority.prefix}{DIGITS}",
        "department": max((each.name for each in authority.departments), key=len),
        "phone": authority.phone,
        "date": DATE,
        "question": QUESTION,
        "link": f"{base}/{CODE}",
    }
    there = gaps_of(event, link=base is not None)
    return {name: value for name, value in every.items() if name in there}
