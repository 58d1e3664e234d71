"""Text as people typed it, made fit to keep: one spelling for what looks the same, nothing invisible."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_INVISIBLE: Final = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f"  # controls but tab and line ends
    "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # zero width, direction, marks
    "\ud800-\udfff\ufffe\uffff\U000e0000-\U000e007f]"  # halves of pairs, no characters, tags
)
_LINE_END: Final = re.compile("\r\n|[\r\u0085\u2028\u2029]")
_BLANK: Final = re.compile(r"[^\S\n]+")
_AROUND_LINE_END: Final = re.compile(r" ?\n ?")
_SARA_AM: Final = re.compile("\u0e4d([\u0e48-\u0e4b]?)\u0e32")
_LEADING_VOWELS: Final = "เแโใไ"
"""Written before the consonant after which they are spoken."""

_ASCII_DIGITS: Final = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")


def clean_text(typed: str) -> str:
    """NFC with SARA AM in one character, no control or zero-width characters, `\\n` as line end, trimmed."""
    if typed.isascii() and typed.isprintable():
        return _BLANK.sub(" ", typed).strip()
    text = _INVISIBLE.sub("", _LINE_END.sub("\n", typed))
    text = unicodedata.normalize("NFC", _SARA_AM.sub("\\1\u0e33", text))
    return _AROUND_LINE_END.sub("\n", _BLANK.sub(" ", text)).strip()


def clean_line(typed: str) -> str:
    """The same on one line: each run of white space is one space."""
    return " ".join(clean_text(typed).split())


def ascii_digits(text: str) -> str:
    """Thai digits as 0–9."""
    return text.translate(_ASCII_DIGITS)


def initial(name: str) -> str | None:
    """The first letter as initials are written, in Thai the first consonant: `เอก` gives `อ`. None without a letter."""
    return next((letter.upper() for letter in name if letter.isalpha() and letter not in _LEADING_VOWELS), None)
