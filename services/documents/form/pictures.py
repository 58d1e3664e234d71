"""The pictures of the form as SVG: the QR code and the authority's logo."""

from __future__ import annotations

import base64
import io
from functools import lru_cache
from typing import Final

import segno
from PIL import Image

from services.documents.form.layout import Logo

MOST_PIXELS_A_SIDE: Final = 480
"""About 600 dpi at the size the logo is printed."""

LOGOS_KEPT: Final = 64


def qr_code(address: str) -> str:
    """The address as a QR code, error correction M (ISO/IEC 18004)."""
    picture = io.BytesIO()
    segno.make(address, error="m", micro=False).save(picture, kind="svg", border=1, xmldecl=False, unit="mm", scale=1)
    return picture.getvalue().decode()


@lru_cache(maxsize=LOGOS_KEPT)
def logo_picture(logo: Logo) -> str:
    """The logo as SVG; a picture of pixels is scaled down and put into one.

    Raises `OSError` or `ValueError` for a picture that cannot be read.
    """
    if logo.media_type == "image/svg+xml":
        return logo.content.decode()
    with Image.open(io.BytesIO(logo.content), formats=["PNG", "JPEG"]) as picture:
        picture.thumbnail((MOST_PIXELS_A_SIDE, MOST_PIXELS_A_SIDE))
        width, height = picture.size
        smaller = io.BytesIO()
        picture.convert("RGBA").save(smaller, "PNG")
    data = base64.b64encode(smaller.getvalue()).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<image width="{width}" height="{height}" href="data:image/png;base64,{data}"/></svg>'
    )
