"""The way of an upload through all checks, from the cheapest to the dearest."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from services.documents.uploads.filenames import clean_filename
from services.documents.uploads.pictures import rewritten
from services.documents.uploads.rules import Kind, Refusal, Refused, check_agreement, check_size, kind_by_name
from services.documents.uploads.scanning import Scanner
from services.documents.uploads.sniffing import kind_of


@dataclass(frozen=True)
class AcceptedUpload:
    """What may be kept. `sha256` (hexadecimal) and `size` (bytes) are those of `content`."""

    filename: str
    kind: Kind
    content: bytes
    sha256: str

    @property
    def media_type(self) -> str:
        return self.kind.media_type

    @property
    def size(self) -> int:
        return len(self.content)


def accepted(filename: str, content: bytes, scanner: Scanner) -> AcceptedUpload:
    """The upload as it may be kept: pictures are written anew.

    Raises `Refused`, or `ScannerUnavailable` when no verdict on malware could be had.
    """
    check_size(len(content))
    name = clean_filename(filename)
    promised = kind_by_name(name)
    check_agreement(promised, kind_of(content))
    if scanner.scan(content) is not None:
        raise Refused(Refusal.MALWARE)
    kept = rewritten(content, promised) if promised.is_picture else content
    return AcceptedUpload(name, promised, kept, hashlib.sha256(kept).hexdigest())
