"""Small pictures of attached pictures: made when first asked for, and kept in the vault beside them.

Made on the fly they would take a core 80 ms (JPEG) to 700 ms (PNG) each time, for a photo of 12 million pixels.
"""

from __future__ import annotations

import io
import threading
from typing import Final
from uuid import UUID

from PIL import Image

from services.documents.uploads.pictures import opened
from services.documents.uploads.waiting import preview_key, vault_key
from services.documents.vault.vault import NotInVault, Vault

LONGEST_SIDE: Final = 640
MEDIA_TYPE: Final = "image/jpeg"
_QUALITY: Final = 80
_SHADES_16: Final = 1 / 256
_at_a_time: Final = threading.BoundedSemaphore(1)
"""A picture of the most pixels takes 200 MB while it is unpacked."""


def preview(vault: Vault, upload_id: UUID) -> bytes:
    """A JPEG of at most `LONGEST_SIDE` pixels a side. Raises NotInVault, VaultUnavailable."""
    key = preview_key(upload_id)
    try:
        return vault.get(key)
    except NotInVault:
        with _at_a_time:
            small = smaller(vault.get(vault_key(upload_id)))
        vault.put(key, small, MEDIA_TYPE)
        _require_still_kept(vault, upload_id)
        return small


def _require_still_kept(vault: Vault, upload_id: UUID) -> None:
    """Who removes a file removes the preview after it, and cannot see one that is being made."""
    if not vault.exists(vault_key(upload_id)):
        vault.delete(preview_key(upload_id))
        raise NotInVault(vault_key(upload_id))


def smaller(content: bytes) -> bytes:
    """The picture on white, scaled down to fit; a small one keeps its size."""
    saved = io.BytesIO()
    with opened(content) as picture:
        shown = eight_bits(picture)
        shown.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        _on_white(shown).save(saved, "JPEG", quality=_QUALITY, optimize=True, progressive=True)
    return saved.getvalue()


def eight_bits(picture: Image.Image) -> Image.Image:
    """In grey, RGB or RGBA. Greys of 16 bits are scaled down: converting cuts them off, to white."""
    if not picture.mode.startswith("I"):
        return picture if picture.mode in ("L", "RGB", "RGBA") else picture.convert("RGBA")
    return picture.convert("I").point(lambda shade: shade * _SHADES_16).convert("L")


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=picture.getchannel("A"))
    return paper
