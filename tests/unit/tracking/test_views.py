"""What rows look like to those who ask."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from services.tracking.exports.columns import STAFF
from services.tracking.exports.csv_file import BYTE_ORDER_MARK, csv_lines, harmless
from services.tracking.views import is_overdue, public_view
from shared.kernel.numbers import normal_number
from shared.kernel.text import ascii_digits
from shared.projecting.projection import Row
from tests.samples.petitions import NOW
from tests.support.feeds import Logs
from tests.support.tracking import case, folded, history_of, photo_of, tell


@pytest.fixture
def row() -> Row:
    one = case()
    (row,) = folded(tell(Logs(), one, history_of(one))).values()
    return {**row, "reopen_days": 14}


def test_the_public_view_tells_four_things_of_an_entry(row: Row) -> None:
    view = public_view(row, NOW)
    assert {tuple(entry) for entry in view["timeline"]} == {("at", "status", "label", "public_note")}
    assert view["filed_at"] == "2024-07-08T10:56:42Z"
    assert view["timeline"][0]["at"].endswith("Z")


def test_sealed_notes_stay_out_unless_they_are_opened(row: Row) -> None:
    (note,) = [entry for entry in row["timeline"] if entry["type"] == "petition.note_added"]
    closed, opened = public_view(row, NOW), public_view(row, NOW, {note["position"]: "จะเข้าซ่อม"})
    assert len(opened["timeline"]) == len(closed["timeline"]) + 1
    assert "จะเข้าซ่อม" in [entry["public_note"] for entry in opened["timeline"]]


def test_codes_stand_beside_the_names(row: Row) -> None:
    view = public_view(row, NOW)
    assert (view["category_code"], view["department_code"]) == ("roads.surface", "health")


def test_the_form_is_ready_when_it_was_printed(row: Row) -> None:
    assert public_view(row, NOW)["form_ready"] is True
    assert public_view({**row, "form": None}, NOW)["form_ready"] is False


def test_photos_are_those_that_were_published() -> None:
    one = case()
    photos = [photo_of(one), photo_of(one, public=False), photo_of(one, public=False, origin="petitioner")]
    story = [*history_of(one), *(("documents", photo) for photo in photos)]
    (row,) = folded(tell(Logs(), one, story)).values()
    (photo,) = public_view({**row, "reopen_days": 14}, NOW)["photos"]
    assert photo.keys() == {"attachment_id", "media_type", "at"}
    assert photo["attachment_id"] == str(photos[0].attachment_id)  # type: ignore[attr-defined]


@pytest.mark.parametrize(("state", "days", "late"), [
    ("filed", 1, True), ("in_progress", 1, True), ("filed", -1, False), ("resolved", 1, False), ("withdrawn", 1, False),
])  # fmt: skip
def test_overdue_is_what_the_authority_still_owes(state: str, days: int, late: bool) -> None:
    assert is_overdue({"state": state, "due_at": NOW, "waiting_since": None}, NOW + timedelta(days=days)) is late
    assert not is_overdue({"state": state, "due_at": NOW, "waiting_since": NOW}, NOW + timedelta(days=days))


@pytest.mark.parametrize(("typed", "number"), [
    ("kt1080767000011", "KT1080767000011"), ("KT๑๐๘๐๗๖๗๐๐๐๐๑๑", "KT1080767000011"),
    (" KT1-080767-000011\n", "KT1080767000011"), ("", ""), ("KT1\0%_é", "KT1"),
])  # fmt: skip
def test_numbers_as_typed(typed: str, number: str) -> None:
    assert normal_number(typed) == number


def test_thai_digits() -> None:
    assert ascii_digits("๐๑๒๓๔๕๖๗๘๙") == "0123456789"


@pytest.mark.parametrize("cell", ["=1+1", "+66", "-1", "@sum", "\tx", "\rx"])
def test_formulas_are_made_harmless(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["ถนน", "", None, -7.9, 1, "a=1"])
def test_other_cells_stay(cell: Any) -> None:
    assert harmless(cell) == cell


def test_lines_begin_with_a_mark_and_a_header(row: Row) -> None:
    header, line = csv_lines(STAFF, [row])
    assert header.startswith(f"{BYTE_ORDER_MARK}เลขที่คำร้อง,สถานะ")
    assert line.startswith(f"{row['number']},ปิดเรื่อง,แก้ไขเรียบร้อย,")
    assert line.endswith("\r\n")
    assert line.count(",") == header.count(",")


def test_the_survey_is_open_until_it_is_answered_and_reopening_for_some_days(row: Row) -> None:
    unanswered = {**row, "survey_answers": []}
    assert public_view(row, NOW)["survey"]["answered"] is True
    assert public_view(unanswered, NOW)["survey"] == {
        "open": True,
        "answered": False,
        "reopen_until": "2024-07-22T16:59:59Z",
    }
    assert public_view({**unanswered, "reopen_days": 0}, NOW)["survey"]["reopen_until"] is None


def test_the_comment_stays_with_the_staff(row: Row) -> None:
    assert "comment" not in str(public_view(row, NOW))
