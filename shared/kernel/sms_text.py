"""How long a text message is: in the units its alphabet is counted in, and in the parts it is sent in.

Sources: 3GPP TS 23.038 §6.2.1 (GSM 7 bit default alphabet and its extension table) and 3GPP TS 23.040
§9.2.3.24.1 (concatenation: each part gives up seven septets, or three UCS-2 units, to its header).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from shared.kernel.placeholders import filled, placeholders

GSM_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENSION: Final = frozenset("\f^{}\\[~]|€")
"""Characters that cost two septets: an escape and the character."""

GSM_SINGLE, GSM_PART = 160, 153
UCS2_SINGLE, UCS2_PART = 70, 67


def is_gsm(text: str) -> bool:
    """Whether every character is in the GSM 7 bit alphabet; one Thai letter makes the whole text UCS-2."""
    return all(character in GSM_BASIC or character in GSM_EXTENSION for character in text)


def units(text: str) -> int:
    """Septets when the text is GSM 7 bit, UTF-16 code units otherwise."""
    return sum(_costs(text))


def capacity(text: str) -> int:
    """How many units the text may have and still be one part: 160 septets or 70 UTF-16 units."""
    return GSM_SINGLE if is_gsm(text) else UCS2_SINGLE


def segments(text: str) -> int:
    """Parts the text is sent in, at least one. A pair (escape sequence, surrogates) is never cut in two."""
    costs = _costs(text)
    if sum(costs) <= capacity(text):
        return 1
    return _parts(costs, GSM_PART if is_gsm(text) else UCS2_PART)


def fitting(wordings: Iterable[str], gaps: Mapping[str, str]) -> str:
    """Of the wordings for whose gaps there is something the first that fits into one part once filled, else the last.

    Raises IndexError where there is none.
    """
    possible = [each for each in wordings if set(placeholders(each)) <= gaps.keys()]
    return next((each for each in possible if segments(filled(each, gaps)) == 1), possible[-1])


def _costs(text: str) -> list[int]:
    if is_gsm(text):
        return [2 if character in GSM_EXTENSION else 1 for character in text]
    return [2 if ord(character) > 0xFFFF else 1 for character in text]


def _parts(costs: Iterable[int], size: int) -> int:
    parts, filled = 1, 0
    for cost in costs:
        if filled + cost > size:
            parts, filled = parts + 1, 0
        filled += cost
    return parts
