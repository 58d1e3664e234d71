"""PDF uploads: readable without a password, and nothing in them that runs by itself."""

from __future__ import annotations

import io
import re
from typing import Any, Final

import pikepdf
from pikepdf.settings import set_qpdf_limits

from services.documents.uploads.rules import Kind, Refusal, Refused

MOST_UNPACKED_BYTES: Final = 64 * 1024 * 1024
MOST_OBJECTS: Final = 200_000
MOST_NESTED: Final = 100
RUNS: Final = frozenset({"/JavaScript", "/Launch"})
SUSPECT: Final = re.compile(rb"/(JavaScript|Launch|JS)\b")

set_qpdf_limits(
    flate_max_memory=MOST_UNPACKED_BYTES,
    png_max_memory=MOST_UNPACKED_BYTES,
    tiff_max_memory=MOST_UNPACKED_BYTES,
    run_length_max_memory=MOST_UNPACKED_BYTES,
    parser_max_container_size=MOST_OBJECTS,
)


def pdf_kind(content: bytes) -> Kind:
    """PDF. Raises `Refused`, and what pikepdf raises for a damaged file.

    JavaScript and Launch actions (ISO 32000-1 §12.6.4) are refused wherever they stand; files inside are not: the
    petition form itself has one.
    """
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            if len(pdf.objects) > MOST_OBJECTS:
                raise Refused(Refusal.UNPACKS_TOO_LARGE)
            if not pdf.pages:
                raise Refused(Refusal.DAMAGED)
            if any(suspect(item) and runs(item) for item in pdf.objects):
                raise Refused(Refusal.ACTIVE_CONTENT)
    except pikepdf.PasswordError as error:
        raise Refused(Refusal.PASSWORD) from error
    return Kind.PDF


def suspect(item: Any) -> bool:
    """A quick look at the written form, in which names have no escapes left; what it passes is right."""
    return bool(SUSPECT.search(dictionary_of(item).unparse(resolved=True)))


def dictionary_of(item: Any) -> Any:
    return item.stream_dict if isinstance(item, pikepdf.Stream) else item


def runs(item: Any, depth: int = 0) -> bool:
    """Whether an action that runs a script or a program stands in this object; others are looked at by themselves."""
    if depth > MOST_NESTED:
        return True
    value = dictionary_of(item)
    if isinstance(value, pikepdf.Array):
        return any(runs(part, depth + 1) for part in value if direct(part))
    if isinstance(value, pikepdf.Name):
        return str(value) in RUNS
    if not isinstance(value, pikepdf.Dictionary):
        return False
    if "/JS" in value or "/JavaScript" in value:
        return True
    return any(runs(part, depth + 1) for _, part in value.items() if direct(part))


def direct(part: Any) -> bool:
    """Not a reference to another object of the file."""
    return isinstance(part, pikepdf.Object) and not part.is_indirect
