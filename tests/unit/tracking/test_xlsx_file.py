"""A workbook is given on while its rows come, and what is in it is what was put in."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from types import MappingProxyType
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest

from services.tracking.exports.columns import Columns
from services.tracking.exports.xlsx_file import MOST_CHARACTERS, xlsx_pieces

COLUMNS: Columns = MappingProxyType({"เลขที่": lambda row: row["number"], "เรื่อง": lambda row: row["text"]})
_ZIP64 = 45
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def book(*rows: tuple[Any, Any]) -> bytes:
    """The workbook of these rows."""
    return b"".join(xlsx_pieces(COLUMNS, ({"number": number, "text": text} for number, text in rows)))


def read(content: bytes, *, hastily: bool = False) -> list[tuple[Any, ...]]:
    """What openpyxl finds in cells that have something, reading the whole, or row by row."""
    opened = openpyxl.load_workbook(io.BytesIO(content), read_only=hastily)
    rows = opened.worksheets[0].iter_rows(values_only=True)
    return [tuple(value for value in row if value is not None) for row in rows]


@pytest.mark.parametrize("hastily", [False, True])
def test_it_opens_with_its_head_and_rows(hastily: bool) -> None:
    rows = [(1, "ถนนชำรุด"), (2.5, None), (None, ""), (7, "สุดท้าย")]
    found = read(book(*rows), hastily=hastily)
    assert found == [("เลขที่", "เรื่อง"), (1, "ถนนชำรุด"), (2.5,), (), (7, "สุดท้าย")]
    assert read(book(), hastily=hastily) == [("เลขที่", "เรื่อง")]


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+66812345678", "@SUM(A1)", "a < b & c > d", ' "ขอบคุณ" ', "บรรทัด\nใหม่\tช่อง", "]]>", "😀", "0812345678"],
)
def test_a_text_stays_a_text(text: str) -> None:
    content = book((1, text))
    cell = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]["B2"]
    assert (cell.value, cell.data_type) == (text, "s")


def test_what_no_sheet_can_hold_is_left_out() -> None:
    (_, row) = read(book((1, "ก\x00\x0bข" + "ค" * MOST_CHARACTERS)))
    assert row[1] == "กข" + "ค" * (MOST_CHARACTERS - 4)


def test_a_text_that_looks_like_an_escaped_character_is_none() -> None:
    with zipfile.ZipFile(io.BytesIO(book((1, "ห้อง_x0041_")))) as archive:
        sheet = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    assert [text.text for text in sheet.iter(f"{_MAIN}t")] == ["ห้อง_x005F_x0041_"]


def test_the_archive_is_whole_and_of_the_kind_that_excel_reads() -> None:
    with zipfile.ZipFile(io.BytesIO(book((1, "ก")))) as archive:
        assert archive.testzip() is None
        assert all(part.extract_version < _ZIP64 and part.compress_type for part in archive.infolist())


def test_the_first_piece_comes_before_the_first_row() -> None:
    asked: list[int] = []

    def rows() -> Iterator[dict[str, Any]]:
        for number in range(20_000):
            asked.append(number)
            yield {"number": number, "text": f"เรื่องที่ {number * 7919 % 104729}"}

    pieces = xlsx_pieces(COLUMNS, rows())
    assert next(pieces).startswith(b"PK")
    assert asked == []
    assert next(pieces)
    assert 0 < len(asked) < 20_000


def test_rows_that_break_off_leave_no_whole_file() -> None:
    def rows() -> Iterator[dict[str, Any]]:
        yield {"number": 1, "text": "ก"}
        raise ConnectionError

    given = io.BytesIO()
    with pytest.raises(ConnectionError):
        given.writelines(xlsx_pieces(COLUMNS, rows()))
    assert given.tell() > 0
    assert not zipfile.is_zipfile(given)
