"""A workbook, given on piece by piece while its rows come: nothing of it is kept.

xlsxwriter makes a workbook that has the head alone; the rows are put into its only sheet on the way out, as inline
strings (ECMA-376, part 1, 18.3.1.53), which no reader takes for formulas. Without ZIP64, which Excel takes for damage
in what was streamed: the sheet has at most 2 GiB before it is packed, or the answer breaks off.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any, Final
from xml.sax.saxutils import escape

from services.tracking.exports.columns import Columns, Row

MOST_ROWS: Final = 1_048_575
"""What a sheet holds below its head."""

MOST_CHARACTERS: Final = 32_767
"""What a cell holds."""

_SHEET: Final = "คำร้อง"
_PART: Final = "xl/worksheets/sheet1.xml"
_WIDTH: Final = 18
_CHUNK: Final = 64 * 1024
_DIMENSION: Final = re.compile(rb"<dimension [^>]*/>")
_NOT_TEXT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
"""What XML cannot hold, and what would be read as an escaped character (ECMA-376, part 1, 22.9.2.19)."""


class _Outlet(io.RawIOBase):
    """Where the archive is written to: it cannot go back."""

    def __init__(self) -> None:
        self.waiting = bytearray()

    def write(self, octets: Any) -> int:
        self.waiting += octets
        return len(octets)

    def taken(self) -> bytes:
        """What was written since the last time."""
        given = bytes(self.waiting)
        self.waiting.clear()
        return given


def xlsx_pieces(columns: Columns, rows: Iterable[Row]) -> Iterator[bytes]:
    """The workbook; its first piece comes before the first row is asked for."""
    outlet, parts = _Outlet(), _headed(columns)
    before, _, after = _DIMENSION.sub(b"", parts.pop(_PART)).partition(b"</sheetData>")
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            with book.open(name, "w") as part:
                part.write(content)
        yield outlet.taken()
        with book.open(_PART, "w") as sheet:
            sheet.write(before)
            for line in _lines(columns, rows):
                sheet.write(line)
                if len(outlet.waiting) >= _CHUNK:
                    yield outlet.taken()
            sheet.write(b"</sheetData>" + after)
    yield outlet.taken()


def _headed(columns: Columns) -> dict[str, bytes]:
    """The parts of a workbook that has the head alone."""
    import xlsxwriter  # a quarter of a second of each start, for what is rarely asked for

    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet(_SHEET)
        sheet.set_column(0, len(columns) - 1, _WIDTH)
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, list(columns), workbook.add_format({"bold": True}))
    with zipfile.ZipFile(file) as book:
        return {name: book.read(name) for name in book.namelist()}


def _lines(columns: Columns, rows: Iterable[Row]) -> Iterator[bytes]:
    from xlsxwriter.utility import xl_col_to_name

    named = [(xl_col_to_name(place), column) for place, column in enumerate(columns.values())]
    for place, row in enumerate(rows, start=2):
        cells = "".join(_cell(f"{name}{place}", column(row)) for name, column in named)
        yield f'<row r="{place}">{cells}</row>'.encode()


def _cell(at: str, value: Any) -> str:
    """A number as a number, anything else as the text that it is, whatever it begins with."""
    if value is None or value == "":
        return ""
    if isinstance(value, int | float):
        return f'<c r="{at}"><v>{value}</v></c>'
    text = escape(_NOT_TEXT.sub(lambda found: "_x005F_" if found[0] == "_" else "", str(value)[:MOST_CHARACTERS]))
    return f'<c r="{at}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
