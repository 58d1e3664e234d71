"""Which facts a subscription wants: routing keys and patterns as a topic exchange of AMQP 0-9-1 reads them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

ONE_WORD: Final = "*"
ANY_WORDS: Final = "#"


@lru_cache(maxsize=4096)
def matches(pattern: str, fact_type: str) -> bool:
    """Whether a binding with this pattern takes the key: `*` is exactly one word, `#` is none or more."""
    return _fits(tuple(pattern.split(".")), tuple(fact_type.split(".")))


def any_matches(patterns: Iterable[str], fact_type: str) -> bool:
    """Whether one of the patterns takes the key."""
    return any(matches(pattern, fact_type) for pattern in patterns)


def exact_types(patterns: Iterable[str]) -> tuple[str, ...] | None:
    """The fact types, when the patterns name them one by one; None when only a look at each fact can tell."""
    named = tuple(patterns)
    wild = any(word in (ONE_WORD, ANY_WORDS) for pattern in named for word in pattern.split("."))
    return None if wild else named


def _fits(pattern: tuple[str, ...], words: tuple[str, ...]) -> bool:
    if not pattern:
        return not words
    first, rest = pattern[0], pattern[1:]
    if first == ANY_WORDS:
        return _fits(rest, words) or (bool(words) and _fits(pattern, words[1:]))
    return bool(words) and first in (ONE_WORD, words[0]) and _fits(rest, words[1:])
