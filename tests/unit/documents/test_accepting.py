"""The way of an upload through all checks."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import pytest
from PIL import Image, ImageCms

from services.documents.uploads.accepting import accepted
from services.documents.uploads.pictures import rewritten
from services.documents.uploads.rules import Kind, Refusal, Refused
from services.documents.uploads.scanning import NoScanner, ScannerUnavailable
from tests.samples import uploads as make

ORIENTATION, GPS, CAMERA = 0x0112, 0x8825, 0x0110


class Finding:
    """A scanner that finds something in everything, or cannot be reached."""

    def __init__(self, found: str | None) -> None:
        self._found = found

    def scan(self, content: bytes) -> str | None:
        if self._found is None:
            raise ScannerUnavailable("down")
        return self._found

    def ready(self) -> bool:
        return self._found is not None


def photo(**options: Any) -> bytes:
    """64 wide, 48 high, taken with the camera on its side, with a place."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[CAMERA] = "SECRET-CAMERA"
    exif.get_ifd(GPS)[2] = (7.0, 54.0, 20.0)
    return make.picture("JPEG", exif=exif, comment=b"SECRET-COMMENT", **options)


def test_a_document_is_kept_as_it_is() -> None:
    content = make.pdf()
    upload = accepted("แผนที่.PDF", content, NoScanner())
    assert (upload.filename, upload.kind, upload.content) == ("แผนที่.pdf", Kind.PDF, content)
    assert (upload.media_type, upload.size) == ("application/pdf", len(content))
    assert upload.sha256 == hashlib.sha256(content).hexdigest()


def test_a_picture_is_written_anew() -> None:
    content = photo() + b"SECRET-TAIL"
    upload = accepted("a.jpeg", content, NoScanner())
    assert b"SECRET" not in upload.content
    assert upload.sha256 == hashlib.sha256(upload.content).hexdigest()
    with Image.open(io.BytesIO(upload.content)) as picture:
        assert (picture.format, picture.size, dict(picture.getexif())) == ("JPEG", (48, 64), {})


def test_colours_survive_without_their_profile() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    kept = rewritten(photo(icc_profile=profile), Kind.JPEG)
    with Image.open(io.BytesIO(kept)) as picture:
        red, green, blue = picture.convert("RGB").getpixel((20, 20))  # type: ignore[misc]
        assert "icc_profile" not in picture.info
        assert red > 240 > 15 > max(green, blue)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_png_of_every_mode(mode: str) -> None:
    saved = io.BytesIO()
    Image.new(mode, (8, 8)).save(saved, "PNG")
    with Image.open(io.BytesIO(rewritten(saved.getvalue(), Kind.PNG))) as picture:
        assert (picture.format, picture.mode, picture.size) == ("PNG", mode, (8, 8))


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_jpeg_of_every_mode(mode: str) -> None:
    saved = io.BytesIO()
    Image.new(mode, (8, 8)).save(saved, "JPEG")
    with Image.open(io.BytesIO(rewritten(saved.getvalue(), Kind.JPEG))) as picture:
        assert (picture.format, picture.size) == ("JPEG", (8, 8))


def test_a_cut_picture_is_refused() -> None:
    content = make.picture("JPEG", (400, 400))
    with pytest.raises(Refused, match="damaged"):
        accepted("a.jpg", content[: len(content) // 2], NoScanner())


@pytest.mark.parametrize(
    ("filename", "content", "refusal"),
    [
        ("a.jpg", b"", Refusal.EMPTY),
        ("a.jpg", bytes(5 * 1024 * 1024 + 1), Refusal.TOO_LARGE),
        ("a.exe", b"MZ" + bytes(99), Refusal.WRONG_TYPE),
        ("a.jpg", b"MZ" + bytes(99), Refusal.NOT_WHAT_IT_SAYS),
        ("a.xlsx", make.packed({"a.txt": b"hi"}), Refusal.NOT_WHAT_IT_SAYS),
        ("a.jpg", make.picture("PNG"), Refusal.NOT_WHAT_IT_SAYS),
        ("a.docx", make.workbook(), Refusal.NOT_WHAT_IT_SAYS),
    ],
    ids=lambda value: f"{len(value)} octets" if isinstance(value, bytes) else None,
)
def test_refused(filename: str, content: bytes, refusal: Refusal) -> None:
    with pytest.raises(Refused) as refused:
        accepted(filename, content, NoScanner())
    assert refused.value.refusal is refusal


def test_malware_is_refused() -> None:
    with pytest.raises(Refused, match="malware"):
        accepted("a.pdf", make.pdf(), Finding("Test-Signature"))


def test_without_a_verdict_nothing_is_accepted() -> None:
    with pytest.raises(ScannerUnavailable):
        accepted("a.pdf", make.pdf(), Finding(None))
