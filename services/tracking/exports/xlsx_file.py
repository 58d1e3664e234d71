"""A workbook, written row by row into a file that nobody else sees and that goes with its last reader."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from typing import IO, Any, Final

from services.tracking.exports.columns import Columns, Row

MOST_ROWS: Final = 1_048_575
"""What a sheet holds below its head."""

_SHEET: Final = "คำร้อง"
_WIDTH: Final = 18
_CHUNK: Final = 64 * 1024
_OPTIONS: Final = {
    "constant_memory": True,  # a row is on the disk as soon as the next one begins
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def xlsx_file(columns: Columns, rows: Iterable[Row]) -> IO[bytes]:
    """The whole workbook, at its beginning. A text stays a text, whatever it begins with."""
    import xlsxwriter  # a quarter of a second of each start, for what is rarely asked for

    file = tempfile.TemporaryFile()  # noqa: SIM115  its reader closes it
    with xlsxwriter.Workbook(file, _OPTIONS) as workbook:
        sheet = workbook.add_worksheet(_SHEET)
        sheet.set_column(0, len(columns) - 1, _WIDTH)
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, list(columns), workbook.add_format({"bold": True}))
        for place, row in enumerate(rows, start=1):
            sheet.write_row(place, 0, [column(row) for column in columns.values()])
    file.seek(0)
    return file


def chunks(file: IO[bytes]) -> Iterator[Any]:
    """What is in the file, piece by piece; then it is closed, and gone."""
    with file:
        while piece := file.read(_CHUNK):
            yield piece
