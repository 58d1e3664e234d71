"""Typed text made fit to keep."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.kernel.text import ascii_digits, clean_line, clean_text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  ถนนชำรุด  ", "ถนนชำรุด"),
        ("น\u0e4d\u0e32ท่วม", "นำท่วม"),
        ("น\u0e4d\u0e49\u0e32ท่วม", "น้ำท่วม"),
        ("น\u0e49\u0e4d\u0e32ท่วม", "น้ำท่วม"),
        ("น้ำท่วม", "น้ำท่วม"),
        ("ถนน\u200bชำ\u200dรุด\ufeff\u2060", "ถนนชำรุด"),
        ("ถนน\u202eชำรุด\u202c", "ถนนชำรุด"),
        ("ถนน\x00ชำ\x07รุด\x7f\x9b", "ถนนชำรุด"),
        ("half \ud800 pair", "half pair"),
        ("Cafe\u0301", "Café"),
        ("ก\u00a0\u00a0ข\tค", "ก ข ค"),
        ("บรรทัดหนึ่ง \r\n บรรทัดสอง\rสาม\u2028สี่", "บรรทัดหนึ่ง\nบรรทัดสอง\nสาม\nสี่"),
        ("plain  ascii", "plain ascii"),
        ("\n\n", ""),
        ("เด็ก👩‍👩‍👧", "เด็ก👩👩👧"),
    ],
)
def test_cleaning(typed: str, kept: str) -> None:
    assert clean_text(typed) == kept


def test_a_line_has_no_line_ends() -> None:
    assert clean_line(" ก \n\n ข ") == "ก ข"


def test_thai_digits() -> None:
    assert ascii_digits("๐๘๑-๒๓๔๕๖๗๘๙") == "081-23456789"


TRICKY = st.text(
    alphabet=st.sampled_from("กนา\u0e4d\u0e48\u0e49ำ \t\r\n\u200b\u2028\u0301eé\u00a0\ud800\x1c\u0085"), max_size=12
)


@given(st.text() | TRICKY)
@example("\u0301\u0e4d\u0e48\u0e32")
def test_cleaning_leaves_nothing_invisible_and_nothing_more_to_clean(typed: str) -> None:
    kept = clean_text(typed)
    assert clean_text(kept) == kept
    assert not [each for each in kept if unicodedata.category(each) in {"Cc", "Cs"} and each != "\n"]
    assert kept.encode("utf-8").decode("utf-8") == kept
    assert clean_line(clean_line(typed)) == clean_line(typed)
