"""Whatever is typed can be printed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.documents.form.cleaning import LONGEST_RUN, ZERO_WIDTH_SPACE, Cleaner
from services.documents.form.press import FONTS, drawable

DRAWABLE = drawable(FONTS)
CLEANER = Cleaner(DRAWABLE)


@pytest.mark.parametrize(
    "text", ["น้ำ ที่ ปั๊ม กู้ ญู ฐู ป่า ฝ้า ฟื้น กำ ก้ำ เกี๊ยว", '#read("/etc/passwd") *a* _b_ $x$ \\', "“ก” – ข… 1½ ฿5 °C"]
)
def test_printable_text_stays(text: str) -> None:
    assert CLEANER.text(text) == text


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("ถนน 🚧 พัง", "ถนน □ พัง"),
        ("👍🏽", "□"),
        ("❤️", "□"),
        ("👨‍👩‍👧", "□"),
        ("道路", "□□"),
        ("\ue000\ufffe\U000e0041", "□□"),
        ("\ud800", "□"),
        ("a\x00b\x1b[31m", "a b [31m"),
        ("\u202eกลับ\u200d\ufeff", "กลับ"),
        ("Ａ１ ① ㎡", "A1 1 m2"),
        ("น\u0e4d\u0e49า ก\u0e4dา", "น้ำ กำ"),
        ("ก\u0e49\u0e49\u0e49\u0e49\u0e49\u0e49", "ก\u0e49\u0e49\u0e49□"),
        (" ก\t\tข\n\nค\u00a0ง ", "ก ข ค ง"),
    ],
)
def test_what_cannot_be_drawn_is_seen_to_be_missing(typed: str, printed: str) -> None:
    assert CLEANER.text(typed) == printed


def test_long_runs_may_break_and_thai_is_left_alone() -> None:
    printed = CLEANER.text("x" * 100)
    assert printed.replace(ZERO_WIDTH_SPACE, "") == "x" * 100
    assert max(map(len, printed.split(ZERO_WIDTH_SPACE))) == LONGEST_RUN
    assert CLEANER.text("ก" * 1000) == "ก" * 1000


def test_everything_in_a_json_value_is_cleaned_but_its_keys() -> None:
    assert CLEANER.everything({"🚧": ["道", 1, None, {"a": "\x00"}]}) == {"🚧": ["□", 1, None, {"a": ""}]}


@given(st.text())
def test_only_drawable_characters_are_left(text: str) -> None:
    printed = CLEANER.text(text)
    assert all(ord(character) in DRAWABLE or character == ZERO_WIDTH_SPACE for character in printed)
