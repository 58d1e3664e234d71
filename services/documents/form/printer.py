"""Prints a petition as an archival, accessible PDF."""

from __future__ import annotations

from collections import deque
from pathlib import Path
from typing import Any, Final, cast

import orjson
import structlog
import typst
from fontTools.ttLib import TTFont

from services.documents.form.cleaning import REPLACEMENT, Cleaner
from services.documents.form.layout import FormData, Json, Logo, laid_out
from services.documents.form.pictures import logo_picture, qr_code
from services.documents.form.text_layer import repaired

TEMPLATE: Final = Path(__file__).with_name("petition_form.typ")
FONTS: Final = Path(__file__).with_name("fonts")
STANDARDS: Final[list[Any]] = ["a-3a", "ua-1"]

log = structlog.get_logger(__name__)


class NotPrintable(Exception):
    """The typesetter refused a form. Its own words are left out: they may quote what the petitioner typed."""


class Printer:
    """Turns `FormData` into PDF/A-3a + PDF/UA-1; equal input gives equal bytes.

    May be used by many threads at once: each print borrows a compiler, so there are as many of them as prints that ran
    at the same time. A compiler keeps the fonts and releases the interpreter lock while it works.
    """

    def __init__(self, fonts: Path = FONTS) -> None:
        self._fonts = fonts
        self._cleaner = Cleaner(drawable(fonts))
        self._idle: deque[typst.Compiler] = deque()

    def print(self, form: FormData, attachment: bytes) -> bytes:
        """The PDF with `attachment` (UTF-8 JSON) inside as `petition.json`.

        Whatever the petitioner typed is printed; a logo that cannot be drawn is left out.
        """
        inputs = self._inputs(laid_out(form), attachment)
        logo = picture_or_none(form.authority.logo)
        if logo is not None:
            try:
                return repaired(self._compiled(inputs | {"logo": logo}))
            except NotPrintable:
                log.warning("form_logo_left_out", authority=form.authority.name)
        return repaired(self._compiled(inputs | {"logo": ""}))

    def _inputs(self, data: Json, attachment: bytes) -> dict[str, str]:
        clean = self._cleaner.everything(data)
        clean["replaced"] = REPLACEMENT in str(clean)
        clean["tracking_url"] = data["tracking_url"]
        return {
            "data": orjson.dumps(clean).decode(),
            "source": attachment.decode(),
            "qr": qr_code(data["tracking_url"]),
        }

    def _compiled(self, inputs: dict[str, str]) -> bytes:
        compiler = self._borrow()
        try:
            pdf = compiler.compile(str(TEMPLATE), format="pdf", sys_inputs=inputs, pdf_standards=STANDARDS)
        except typst.TypstError:
            raise NotPrintable("the typesetter refused the form") from None
        finally:
            self._idle.append(compiler)
        return cast("bytes", pdf)

    def _borrow(self) -> typst.Compiler:
        try:
            return self._idle.pop()
        except IndexError:
            return typst.Compiler(root=TEMPLATE.parent, font_paths=[self._fonts], ignore_system_fonts=True)


def picture_or_none(logo: Logo | None) -> str | None:
    if logo is None:
        return None
    try:
        return logo_picture(logo)
    except (OSError, ValueError) as error:
        log.warning("form_logo_unreadable", media_type=logo.media_type, reason=type(error).__name__)
        return None


def drawable(fonts: Path) -> frozenset[int]:
    """The code points that every font of the folder can draw."""
    maps = [frozenset(TTFont(path, lazy=True).getBestCmap()) for path in sorted(fonts.glob("*.ttf"))]
    return frozenset.intersection(*maps)
