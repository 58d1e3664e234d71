"""Makes any text printable with the form's fonts: an archival PDF refuses a character that its fonts lack. Pure.

A character that cannot be drawn becomes □, so that the reader sees that something stood there; a look-alike that can
be drawn (full-width letters, say) is taken instead where Unicode names one. What has no shape of its own goes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from typing import Any, Final

REPLACEMENT: Final = "□"
ZERO_WIDTH_SPACE: Final = "\u200b"
LONGEST_RUN: Final = 30
"""Letters, digits and signs in a row before a line may break among them; Thai text breaks between words by itself."""

MOST_MARKS: Final = 3
"""Thai writes two marks on a letter at most; a pile of them would be drawn over other lines."""

THAI_MARK: Final = "[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]"
SARA_AM_IN_PARTS: Final = re.compile("\u0e4d([\u0e48-\u0e4b]?)\u0e32")
PILE: Final = re.compile(f"({THAI_MARK}{{{MOST_MARKS}}}){THAI_MARK}+")
UNBROKEN: Final = re.compile(rf"[!-~\u00a1-\u024f{REPLACEMENT}]{{{LONGEST_RUN}}}(?=[!-~\u00a1-\u024f{REPLACEMENT}])")
EMOJI_MODIFIERS: Final = re.compile("[\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0100-\U000e01ef]")
JOINED_EMOJI: Final = re.compile("(?<=[\u2190-\u2bff\U0001f000-\U0001faff])\u200d[\u2190-\u2bff\U0001f000-\U0001faff]")


class Cleaner:
    """Knows which characters the fonts can draw, as code points."""

    def __init__(self, drawable: Collection[int]) -> None:
        self._drawable = frozenset(drawable)

    def text(self, typed: str) -> str:
        """One line: every character of it can be drawn, white space is single, no run is too long for a line."""
        text = unicodedata.normalize("NFC", EMOJI_MODIFIERS.sub("", typed))
        text = SARA_AM_IN_PARTS.sub("\\1\u0e33", JOINED_EMOJI.sub("", text))
        text = "".join(map(self._character, text))
        text = PILE.sub(rf"\1{REPLACEMENT}", " ".join(text.split()))
        return UNBROKEN.sub(rf"\g<0>{ZERO_WIDTH_SPACE}", text)

    def everything(self, value: Any) -> Any:
        """The same JSON value with every text in it cleaned; keys stay."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.everything(item) for item in value]
        if isinstance(value, dict):
            return {key: self.everything(item) for key, item in value.items()}
        return value

    def _character(self, character: str) -> str:
        """Control and format characters go even where a font claims to draw them: Sarabun maps NUL."""
        if character.isspace() or character == ZERO_WIDTH_SPACE:
            return character
        category = unicodedata.category(character)
        if category in ("Cc", "Cf"):
            return " " if category == "Cc" else ""
        if category not in ("Cn", "Co", "Cs") and ord(character) in self._drawable:
            return character
        alike = unicodedata.normalize("NFKC", character)
        if alike != character and all(ord(part) in self._drawable for part in alike):
            return alike
        return REPLACEMENT
