"""Typesets data by a template, as an archival, accessible PDF."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, cast

import orjson
import typst
from fontTools.ttLib import TTFont

from services.documents.form.cleaning import REPLACEMENT, Cleaner
from services.documents.form.layout import Json
from services.documents.form.text_layer import repaired

ROOM: Final = Path(__file__).parent
FONTS: Final = ROOM / "fonts"
STANDARDS: Final[list[Any]] = ["a-3a", "ua-1"]


class NotPrintable(Exception):
    """The typesetter refused. Its own words are left out: they may quote what somebody typed."""


class Press:
    """Turns data into PDF/A-3a + PDF/UA-1; equal input gives equal bytes.

    May be used by many threads at once: each print borrows a compiler, so there are as many of them as prints that ran
    at the same time. A compiler keeps the fonts and releases the interpreter lock while it works.
    """

    def __init__(self) -> None:
        self._cleaner = Cleaner(drawable(FONTS))
        self._idle: deque[typst.Compiler] = deque()

    def clean(self, data: Json) -> Json:
        """The data with every text in it drawable; `replaced` tells whether something had to go for that."""
        clean: Json = self._cleaner.everything(data)
        clean["replaced"] = REPLACEMENT in str(clean)
        return clean

    def pdf(self, template: str, data: Json, more: Mapping[str, str]) -> bytes:
        """The PDF that a template of this room makes of cleaned data, and of further inputs. Raises NotPrintable."""
        compiler = self._borrow()
        inputs = {"data": orjson.dumps(data).decode(), **more}
        try:
            pdf = compiler.compile(str(ROOM / template), format="pdf", sys_inputs=inputs, pdf_standards=STANDARDS)
        except typst.TypstError:
            raise NotPrintable(template) from None
        finally:
            self._idle.append(compiler)
        return repaired(cast("bytes", pdf))

    def _borrow(self) -> typst.Compiler:
        try:
            return self._idle.pop()
        except IndexError:
            return typst.Compiler(root=ROOM, font_paths=[FONTS], ignore_system_fonts=True)


def drawable(fonts: Path) -> frozenset[int]:
    """The code points that every font of the folder can draw."""
    maps = [frozenset(TTFont(path, lazy=True).getBestCmap()) for path in sorted(fonts.glob("*.ttf"))]
    return frozenset.intersection(*maps)
