"""Small pictures of pictures."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

import pytest
from PIL import Image

from services.documents.uploads.previews import preview, smaller
from services.documents.uploads.waiting import preview_key, vault_key
from services.documents.vault.memory_vault import MemoryVault
from services.documents.vault.vault import NotInVault

UPLOAD = UUID(int=1)


def png(mode: str, colour: Any, size: tuple[int, int] = (1000, 500), **options: Any) -> bytes:
    saved = io.BytesIO()
    Image.new(mode, size, colour).save(saved, "PNG", **options)
    return saved.getvalue()


def shown(content: bytes) -> tuple[tuple[int, int], Any]:
    """Its size, and the colour in the middle."""
    with Image.open(io.BytesIO(smaller(content))) as picture:
        assert picture.format == "JPEG"
        return picture.size, picture.convert("RGB").getpixel((picture.width // 2, picture.height // 2))


@pytest.mark.parametrize(
    ("mode", "colour", "seen"),
    [
        ("RGB", (200, 100, 50), (200, 100, 50)),
        ("RGBA", (200, 0, 0, 0), (255, 255, 255)),
        ("LA", (0, 255), (0, 0, 0)),
        ("L", 128, (128, 128, 128)),
        ("1", 1, (255, 255, 255)),
        ("I;16", 32768, (128, 128, 128)),
    ],
)
def test_every_kind_of_picture(mode: str, colour: Any, seen: tuple[int, int, int]) -> None:
    size, found = shown(png(mode, colour))
    assert size == (640, 320)
    assert all(abs(one - other) <= 3 for one, other in zip(found, seen, strict=True))


def test_a_palette_with_a_transparent_colour_lies_on_white() -> None:
    assert shown(png("P", 0, transparency=0))[1] == (255, 255, 255)


def test_a_small_picture_keeps_its_size() -> None:
    assert shown(png("RGB", "red", (30, 20)))[0] == (30, 20)


def test_a_narrow_one_fits() -> None:
    assert shown(png("RGB", "red", (20, 6400)))[0] == (2, 640)


def test_it_is_made_once_and_kept() -> None:
    vault = MemoryVault()
    vault.put(vault_key(UPLOAD), png("RGB", "red"), "image/png")
    first = preview(vault, UPLOAD)
    vault.put(vault_key(UPLOAD), png("RGB", "blue"), "image/png")
    assert preview(vault, UPLOAD) == first == vault.get(preview_key(UPLOAD))


def test_without_the_picture_there_is_none() -> None:
    with pytest.raises(NotInVault):
        preview(MemoryVault(), UPLOAD)


def test_a_picture_that_is_removed_while_its_preview_is_made_leaves_none() -> None:
    class Removed(MemoryVault):
        def get(self, key: str) -> bytes:
            content = super().get(key)
            self.delete(key)
            return content

    vault = Removed()
    vault.put(vault_key(UPLOAD), png("RGB", "red"), "image/png")
    with pytest.raises(NotInVault):
        preview(vault, UPLOAD)
    assert list(vault.keys()) == []
