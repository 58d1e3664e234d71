"""Pictures: checked before they are unpacked, and written anew before they are kept."""

from __future__ import annotations

import io
from typing import Any, Final

from PIL import Image, ImageCms, ImageOps
from PIL.JpegImagePlugin import get_sampling

from services.documents.uploads.rules import Kind, Refusal, Refused

MOST_PIXELS: Final = 50_000_000
FORMATS: Final = ("JPEG", "PNG")
KINDS: Final = {"JPEG": Kind.JPEG, "MPO": Kind.JPEG, "PNG": Kind.PNG}
"""MPO: a JPEG with more pictures behind it, as many phones write (CIPA DC-007)."""

JPEG_MODES: Final = ("L", "RGB")
PNG_MODES: Final = ("1", "L", "LA", "P", "RGB", "RGBA", "I", "I;16")


def picture_kind(content: bytes) -> Kind:
    """JPEG or PNG. Raises `Refused` for more than `MOST_PIXELS`, and what Pillow raises for a damaged picture."""
    with opened(content) as picture:
        kind = KINDS[str(picture.format)]
        picture.verify()
    return kind


def rewritten(content: bytes, kind: Kind) -> bytes:
    """The first picture of the file and nothing else: turned upright, in sRGB, without EXIF, place or trailing data.

    Raises `Refused` when it cannot be unpacked.
    """
    try:
        with opened(content) as picture:
            upright = in_srgb(ImageOps.exif_transpose(picture))
            saved = io.BytesIO()
            if kind is Kind.PNG:
                plain(upright, PNG_MODES, "RGBA").save(saved, "PNG")
            else:
                plain(upright, JPEG_MODES, "RGB").save(saved, "JPEG", **as_compressed(picture))
    except Refused:
        raise
    except Exception as error:
        raise Refused(Refusal.DAMAGED) from error
    return saved.getvalue()


def as_compressed(picture: Image.Image) -> dict[str, Any]:
    """The camera's own tables and sampling: the same quality and about the same size again."""
    return {"qtables": getattr(picture, "quantization", None), "subsampling": get_sampling(picture)}


def opened(content: bytes) -> Image.Image:
    """The picture, not yet unpacked."""
    try:
        picture = Image.open(io.BytesIO(content), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise Refused(Refusal.UNPACKS_TOO_LARGE) from error
    if picture.width * picture.height > MOST_PIXELS:
        picture.close()
        raise Refused(Refusal.UNPACKS_TOO_LARGE)
    return picture


def in_srgb(picture: Image.Image) -> Image.Image:
    """The colours of an embedded profile carried over to sRGB, because the profile is left out."""
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in ("RGB", "CMYK"):
        return picture
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        return picture
    return converted if converted is not None else picture


def plain(picture: Image.Image, modes: tuple[str, ...], otherwise: str) -> Image.Image:
    """The pixels in one of the modes, without anything the file told about them but a colour for transparency."""
    pixels = picture if picture.mode in modes else picture.convert(otherwise)
    transparency = pixels.info.get("transparency")
    pixels.info = {} if transparency is None else {"transparency": transparency}
    return pixels
