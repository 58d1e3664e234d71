"""Lengths measured with a real SMS centre: Thai 70, 71, 134, 135, 201, 202 and Latin 160, 161, 306, 307."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.sms_text import capacity, is_gsm, segments, units


@pytest.mark.parametrize(
    ("length", "parts"), [(1, 1), (70, 1), (71, 2), (134, 2), (135, 3), (201, 3), (202, 4)], ids=str
)
def test_thai_counts_utf16_units(length: int, parts: int) -> None:
    assert segments("ก" * length) == parts


@pytest.mark.parametrize(("length", "parts"), [(160, 1), (161, 2), (306, 2), (307, 3)], ids=str)
def test_latin_counts_septets(length: int, parts: int) -> None:
    assert segments("a" * length) == parts


@pytest.mark.parametrize("character", list("^{}\\[~]|€\f"))
def test_extension_characters_cost_two_septets(character: str) -> None:
    assert is_gsm(character)
    assert units(character) == 2
    assert segments(character * 80) == 1
    assert segments(character * 81) == 2


def test_one_thai_letter_makes_the_whole_text_ucs2() -> None:
    assert capacity("a" * 70) == 160
    assert capacity("a" * 69 + "ก") == 70
    assert segments("a" * 70 + "ก") == 2


def test_outside_the_basic_plane_costs_two_units() -> None:
    assert units("🙏") == 2
    assert segments("🙏" * 35) == 1
    assert segments("🙏" * 36) == 2


def test_an_escape_sequence_is_not_cut_in_two() -> None:
    whole = "a" * 152 + "€" + "a" * 151
    assert units(whole) == 305
    assert segments(whole) == 2
    assert units(whole + "a") == 306
    assert segments(whole + "a") == 3, "the escape had to move on, so one septet of the first part is empty"


def test_surrogates_are_not_cut_in_two() -> None:
    assert segments("ก" * 66 + "🙏" + "ก" * 65) == 2
    assert segments("ก" * 66 + "🙏" + "ก" * 66) == 3


def test_an_empty_text_is_one_part() -> None:
    assert segments("") == 1
    assert units("") == 0


@given(st.text(max_size=500), st.text(max_size=20))
def test_a_longer_text_never_takes_fewer_parts(text: str, more: str) -> None:
    assert 1 <= segments(text) <= segments(text + more)


@given(st.text(alphabet="กข1 🙏", max_size=300))
def test_units_are_the_octets_of_utf16(text: str) -> None:
    if not is_gsm(text):
        assert units(text) == len(text.encode("utf-16-le")) // 2
