"""Texts cut into words: Thai has no blanks between them. The same words are found however they are joined."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import nlpo3

from shared.kernel.text import ascii_digits, clean_text

_DICTIONARY: Final = Path(__file__).with_name("words.txt")
_NAME: Final = "khamrong"
_RUNS: Final = re.compile("[\u0e01-\u0e2e\u0e30-\u0e3a\u0e40-\u0e45\u0e47-\u0e4e]+|[^\\W_\u0e00-\u0e7f]+")
"""Thai letters with their marks; letters and digits of others. Neither signs (ๆ, ฯ, ฿) nor blanks."""

_SHORTEST: Final = 2
"""A single Thai letter is what is left over between words."""


def words_of(text: str) -> frozenset[str]:
    """The words of a text, in lower case, with digits as 0–9."""
    return frozenset(_words(ascii_digits(clean_text(text)).casefold()))


def _words(text: str) -> Iterator[str]:
    for run in _RUNS.findall(text):
        if _is_thai(run):
            yield from (word for word in nlpo3.segment(run, _dictionary(), safe=True) if len(word) >= _SHORTEST)
        else:
            yield run


def _is_thai(run: str) -> bool:
    return "\u0e00" <= run[0] <= "\u0e7f"


@cache
def _dictionary() -> str:
    """Loaded when the first text is cut: 9 MB and 30 ms that processes which never search do without."""
    told, loaded = nlpo3.load_dict(str(_DICTIONARY), _NAME)
    if not loaded:
        raise RuntimeError(told)
    return _NAME
