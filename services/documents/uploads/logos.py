"""Logos of authorities: pictures that stand on every page, kept in the vault under the digest of what they show.

One that no profile names any more stays: the history of its authority does, and it is small.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from typing import Final

from services.documents.uploads.accepting import accepted
from services.documents.uploads.filenames import clean_filename
from services.documents.uploads.pictures import opened
from services.documents.uploads.previews import eight_bits
from services.documents.uploads.rules import Kind, picture_by_name
from services.documents.uploads.scanning import Scanner
from services.documents.uploads.waiting import logo_key
from services.documents.vault.vault import Vault

LONGEST_SIDE: Final = 320
"""Pixels: sharp at 48 CSS pixels on any screen, and on paper at two centimetres."""
_QUALITY: Final = 88


@dataclass(frozen=True, slots=True)
class Logo:
    """`name` is its place among all logos: the SHA-256 of the content, and the kind."""

    kind: Kind
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def name(self) -> str:
        return f"{self.sha256}.{self.kind}"


def accepted_logo(filename: str, content: bytes, scanner: Scanner) -> Logo:
    """The picture as it may be shown: through all checks of an upload, written anew, and scaled down to fit.

    Raises `Refused` and `ScannerUnavailable` as `accepted` does, and `Refused` for what is no picture.
    """
    kind = picture_by_name(clean_filename(filename))
    return Logo(kind, _fitting(accepted(filename, content, scanner).content, kind))


def keep(vault: Vault, logo: Logo) -> None:
    """Twice it is there once. Raises VaultUnavailable."""
    key = logo_key(logo.name)
    if not vault.exists(key):
        vault.put(key, logo.content, logo.kind.media_type)


def _fitting(content: bytes, kind: Kind) -> bytes:
    """A small picture is as it was; a large one is scaled down, and what can be seen through stays so in a PNG."""
    with opened(content) as picture:
        if max(picture.size) <= LONGEST_SIDE:
            return content
        shown, saved = eight_bits(picture), io.BytesIO()
        shown.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    if kind is Kind.PNG:
        shown.save(saved, "PNG", optimize=True)
    else:
        shown.convert("RGB").save(saved, "JPEG", quality=_QUALITY, optimize=True)
    return saved.getvalue()
