"""Petitions as comma-separated values that spreadsheet programs open as they are: no personal data, no formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from services.tracking.views import outcome_label
from shared.contracts.petition_states import STATE_LABELS, PetitionState
from shared.kernel.thai import in_bangkok, thai_date

BYTE_ORDER_MARK: Final = "\ufeff"
"""Without it Excel does not take a file for UTF-8."""

_FORMULA_BEGINS: Final = ("=", "+", "-", "@", "\t", "\r")


def _thai(name: str) -> Callable[[Mapping[str, Any]], str]:
    return lambda row: thai_date(row[name]) if row[name] else ""


def _iso(name: str) -> Callable[[Mapping[str, Any]], str]:
    return lambda row: _local(row[name]) if row[name] else ""


def _local(moment: datetime) -> str:
    return in_bangkok(moment).isoformat(timespec="seconds")


def _text(name: str) -> Callable[[Mapping[str, Any]], Any]:
    return lambda row: row[name]


_COLUMNS: Final[Mapping[str, Callable[[Mapping[str, Any]], Any]]] = {
    "เลขที่คำร้อง": _text("number"),
    "สถานะ": lambda row: STATE_LABELS[PetitionState(row["state"])],
    "ผลการดำเนินการ": lambda row: outcome_label(row["outcome"]),
    "ประเภทเรื่อง": _text("category_label"),
    "หน่วยงานเจ้าของเรื่อง": _text("department_name"),
    "เจ้าหน้าที่": _text("officer_name"),
    "ช่องทาง": _text("channel"),
    "วันที่ยื่น": _thai("filed_at"),
    "กำหนดแล้วเสร็จ": _thai("due_at"),
    "filed_at": _iso("filed_at"),
    "due_at": _iso("due_at"),
    "accepted_at": _iso("accepted_at"),
    "resolved_at": _iso("resolved_at"),
    "closed_at": _iso("closed_at"),
    "latitude": _text("latitude"),
    "longitude": _text("longitude"),
}


def csv_lines(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The header and one line per row."""
    yield BYTE_ORDER_MARK + _line(_COLUMNS)
    for row in rows:
        yield _line([column(row) for column in _COLUMNS.values()])


def harmless(cell: Any) -> Any:
    """A text that a spreadsheet would take for a formula begins with an apostrophe instead (OWASP, CSV injection)."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_BEGINS) else cell


def _line(cells: Iterable[Any]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow([harmless(cell) for cell in cells])
    return buffer.getvalue()
