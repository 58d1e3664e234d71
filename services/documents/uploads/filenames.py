"""File names that people give: made harmless, and sent back in a header. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import Final
from urllib.parse import quote

LONGEST_STEM: Final = 100
"""Characters; in Thai 300 bytes, so such a name fits no file system's 255: names are kept as data only."""

LONGEST_EXTENSION: Final = 10
UNNAMED: Final = "ไฟล์แนบ"
FORBIDDEN: Final = re.compile(r'[<>:"|?*\\/]')
TOKEN_CHARACTERS: Final = "!#$&+-.^_`|~"
"""What RFC 8187 §3.2.1 leaves unescaped besides letters and digits."""


def extension_of(filename: str) -> str:
    """What follows the last dot, in lower case; empty without a dot."""
    stem, dot, extension = filename.strip().rpartition(".")
    return extension.lower() if dot and stem else ""


def clean_filename(typed: str) -> str:
    """A name without folders, control and invisible characters, that is safe to show and to save under.

    The extension stays, in lower case; the rest is cut to `LONGEST_STEM` characters; nothing left gives `UNNAMED`.
    """
    name = unicodedata.normalize("NFC", re.split(r"[\\/]", typed)[-1])
    name = "".join(character if unicodedata.category(character)[0] != "C" else " " for character in name)
    name = " ".join(FORBIDDEN.sub("_", name).split()).strip(". ")
    extension = extension_of(name)
    if not re.fullmatch(rf"[a-z0-9]{{1,{LONGEST_EXTENSION}}}", extension):
        return name[:LONGEST_STEM] or UNNAMED
    stem = name[: -len(extension) - 1].rstrip(". ")[:LONGEST_STEM]
    return f"{stem or UNNAMED}.{extension}"


def content_disposition(filename: str, *, inline: bool = False) -> str:
    """The header's value (RFC 6266): an ASCII name for old clients, the true one in `filename*`."""
    ascii_name = re.sub(r"[^A-Za-z0-9._ -]+", "_", filename).strip("_ ") or "file"
    if ascii_name.startswith("."):
        ascii_name = f"file{ascii_name}"
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(filename, safe=TOKEN_CHARACTERS)}"
