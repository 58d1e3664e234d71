"""Comma-separated values that spreadsheet programs open as they are: no formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any, Final

from services.tracking.exports.columns import Columns, Row

BYTE_ORDER_MARK: Final = "\ufeff"
"""Without it Excel does not take a file for UTF-8."""

_FORMULA_BEGINS: Final = ("=", "+", "-", "@", "\t", "\r")


def csv_lines(columns: Columns, rows: Iterable[Row]) -> Iterator[str]:
    """The head and one line per row."""
    yield BYTE_ORDER_MARK + _line(columns)
    for row in rows:
        yield _line([column(row) for column in columns.values()])


def harmless(cell: Any) -> Any:
    """A text that a spreadsheet would take for a formula begins with an apostrophe instead (OWASP, CSV injection)."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_BEGINS) else cell


def _line(cells: Iterable[Any]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow([harmless(cell) for cell in cells])
    return buffer.getvalue()
