"""What an upload really is, by its content: one of the accepted types, or refused with the reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from services.documents.uploads.archives import COMPOUND, compound_kind, ooxml_kind
from services.documents.uploads.pdfs import pdf_kind
from services.documents.uploads.pictures import picture_kind
from services.documents.uploads.rules import Kind, Refusal, Refused

EXAMINERS: Final[tuple[tuple[bytes, Callable[[bytes], Kind]], ...]] = (
    (b"%PDF-", pdf_kind),
    (b"\x89PNG\r\n\x1a\n", picture_kind),
    (b"\xff\xd8\xff", picture_kind),
    (b"PK\x03\x04", ooxml_kind),
    (COMPOUND, compound_kind),
)


def kind_of(content: bytes) -> Kind:
    """The type, by signature and structure. Raises `Refused`; a parser that stumbles counts as a damaged file."""
    for signature, examine in EXAMINERS:
        if content.startswith(signature):
            try:
                return examine(content)
            except Refused:
                raise
            except Exception as error:
                raise Refused(Refusal.DAMAGED) from error
    raise Refused(Refusal.NOT_WHAT_IT_SAYS)
