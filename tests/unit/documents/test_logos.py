"""Logos: pictures alone, written anew, small, and the same one each time."""

from __future__ import annotations

import hashlib
import io

import pytest
from PIL import Image

from services.documents.uploads.logos import LONGEST_SIDE, accepted_logo, keep
from services.documents.uploads.rules import Kind, Refusal, Refused
from services.documents.uploads.scanning import NoScanner
from services.documents.uploads.waiting import logo_key
from services.documents.vault.memory_vault import MemoryVault
from tests.samples import uploads as make


def seen_through(size: tuple[int, int], mode: str = "RGBA") -> bytes:
    """A red square on nothing."""
    drawn = Image.new("RGBA", size)
    drawn.paste((255, 0, 0, 255), (size[0] // 4, size[1] // 4, size[0] // 2, size[1] // 2))
    saved = io.BytesIO()
    (drawn.quantize(16) if mode == "P" else drawn).save(saved, "PNG")
    return saved.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "kind", "size"),
    [
        ("ตรา.PNG", seen_through((1000, 500)), Kind.PNG, (LONGEST_SIDE, LONGEST_SIDE // 2)),
        ("a.jpeg", make.picture("JPEG", (300, 900), quality=90), Kind.JPEG, (107, LONGEST_SIDE)),
        ("a.jpg", make.picture("JPEG", (64, 48)), Kind.JPEG, (64, 48)),
    ],
    ids=["png", "jpeg", "small"],
)
def test_a_picture_is_scaled_down_to_fit(name: str, content: bytes, kind: Kind, size: tuple[int, int]) -> None:
    logo = accepted_logo(name, content, NoScanner())
    with Image.open(io.BytesIO(logo.content)) as picture:
        assert (picture.format, picture.size) == (kind.name, size)
    assert logo.name == f"{hashlib.sha256(logo.content).hexdigest()}.{kind}"


@pytest.mark.parametrize("mode", ["RGBA", "P"])
def test_what_can_be_seen_through_stays_so(mode: str) -> None:
    logo = accepted_logo("a.png", seen_through((800, 800), mode), NoScanner())
    with Image.open(io.BytesIO(logo.content)) as picture:
        pixels = picture.convert("RGBA")
    corner, middle = pixels.getpixel((2, 2)), pixels.getpixel((120, 120))
    assert isinstance(corner, tuple)
    assert isinstance(middle, tuple)
    assert (corner[3], middle[0] > 240, middle[1] < 16, middle[3]) == (0, True, True, 255)


def test_what_a_camera_adds_is_left_out() -> None:
    exif = Image.Exif()
    exif[0x0110] = "SECRET-CAMERA"
    logo = accepted_logo("a.jpg", make.picture("JPEG", (64, 48), exif=exif) + b"SECRET-TAIL", NoScanner())
    assert b"SECRET" not in logo.content


@pytest.mark.parametrize(
    ("name", "content", "refusal"),
    [
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", Refusal.NOT_A_PICTURE),
        ("a.pdf", make.pdf(), Refusal.NOT_A_PICTURE),
        ("png", b"x", Refusal.NOT_A_PICTURE),
        ("a.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", Refusal.NOT_WHAT_IT_SAYS),
        ("a.png", make.picture("JPEG"), Refusal.NOT_WHAT_IT_SAYS),
        ("a.png", b"", Refusal.EMPTY),
    ],
    ids=["svg", "pdf", "no extension", "svg in disguise", "jpeg in disguise", "empty"],
)
def test_nothing_else_is_taken(name: str, content: bytes, refusal: Refusal) -> None:
    with pytest.raises(Refused) as refused:
        accepted_logo(name, content, NoScanner())
    assert refused.value.refusal is refusal


def test_the_same_picture_is_kept_once() -> None:
    class Counting(MemoryVault):
        puts = 0

        def put(self, key: str, content: bytes, media_type: str) -> None:
            self.puts += 1
            super().put(key, content, media_type)

    vault, content = Counting(), seen_through((900, 900))
    logos = [accepted_logo(name, content, NoScanner()) for name in ("ตรา.png", "again.png")]
    for logo in logos:
        keep(vault, logo)
    assert (vault.puts, [*vault.keys()]) == (1, [logo_key(logos[0].name)])
