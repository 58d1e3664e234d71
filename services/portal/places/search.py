"""Completes an address: from a few letters or digits to the sub-districts that people may mean. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from heapq import nsmallest
from typing import Final, NamedTuple

from shared.geography.postal_codes import province_name
from shared.geography.subdistricts import Subdistrict, subdistricts

MOST: Final = 8
"""As many as a phone shows without scrolling far."""
FEWEST_LETTERS: Final = 2
"""One letter stands in every second name."""
LONGEST: Final = 100
"""Characters that are looked at; no name is longer."""
_THAI_DIGITS: Final = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_KIND: Final = re.compile(r"^(?:ตำบล|แขวง|อำเภอ|เขต|จังหวัด|ต\.|อ\.|จ\.)(?=.)")
_NO_BEGINNING: Final = 6
"""How well a word fits that stands inside a name: after three exact and three begun names."""


class _Row(NamedTuple):
    place: Subdistrict
    parts: tuple[str, str, str]
    text: str
    """All of it, a space before each, to refuse most rows with one look."""


def search(typed: str, own_province: str = "", most: int = MOST) -> list[Subdistrict]:
    """The sub-districts in which each typed word occurs, in a name or at the beginning of a postal code.

    Best first: names that are the word, then those that begin with it, then the rest; among equals those of the
    authority's own province. A single letter finds nothing.
    """
    words = _words(typed)
    if len("".join(words)) < FEWEST_LETTERS:
        return []
    own, first, rest = province_name(own_province), words[0], words[1:]
    begun, inside = _parted(_matching(words), first)
    best = nsmallest(most, begun, key=lambda place: (_fit(place, first), _rank(place, rest), place.province != own))
    room = most - len(best)
    return best + nsmallest(room, inside, key=lambda place: (_rank(place, rest), place.province != own))


def _parted(rows: Iterable[_Row], word: str) -> tuple[list[Subdistrict], list[Subdistrict]]:
    """Where a name begins with the word, and where it only stands inside: thousands, for a short word."""
    begun: list[Subdistrict] = []
    inside: list[Subdistrict] = []
    for row in rows:
        (begun if f" {word}" in row.text else inside).append(row.place)
    return begun, inside


def _words(typed: str) -> list[str]:
    text = unicodedata.normalize("NFC", typed[:LONGEST]).translate(_THAI_DIGITS)
    words = (_KIND.sub("", word) for word in re.split(r"[\s,]+", text))
    return [province_name(word) for word in words if word]


def _matching(words: Sequence[str]) -> Iterable[_Row]:
    rows: Iterable[_Row] = _rows()
    for word in words:
        rows = [row for row in rows if word in row.text and _occurs(word, row)]
    return rows


def _occurs(word: str, row: _Row) -> bool:
    """A postal code is read from its beginning: 831 is Phuket, also where another code ends in 831."""
    if word.isdigit():
        return any(code.startswith(word) for code in row.place.postal_codes)
    return any(word in part for part in row.parts)


def _rank(place: Subdistrict, words: Sequence[str]) -> tuple[int, ...]:
    """How well each word fits: the sub-district's name counts most, then the district's, then the province's."""
    return tuple(_fit(place, word) for word in words)


def _fit(place: Subdistrict, word: str) -> int:
    for worth, name in enumerate(place[:3]):
        if name == word:
            return worth
    for worth, name in enumerate(place[:3], start=3):
        if name.startswith(word):
            return worth
    return _NO_BEGINNING


@lru_cache(maxsize=1)
def _rows() -> tuple[_Row, ...]:
    return tuple(_Row(place, place[:3], " ".join(("", *place[:3], *place.postal_codes))) for place in subdistricts())
