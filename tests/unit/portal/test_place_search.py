"""Completing an address."""

from __future__ import annotations

import time

import pytest

from services.portal.places.search import MOST, search
from shared.geography.subdistricts import subdistricts


def _names(typed: str, own_province: str = "ภูเก็ต", most: int = MOST) -> list[str]:
    return [" ".join(place[:3]) for place in search(typed, own_province, most)]


def test_a_name_comes_before_those_that_begin_with_it_and_those_before_the_rest() -> None:
    found = search("กะทู้", "ภูเก็ต", most=50)
    assert [place.name for place in found] == ["กะทู้", "กมลา", "ป่าตอง"], "the sub-district, then the district's"
    begun = [place.name.startswith("กะ") for place in search("กะ", "", most=500) if "กะ" in place.name]
    assert begun == sorted(begun, reverse=True)
    assert {True, False} == set(begun)


def test_the_own_province_comes_first_among_equals() -> None:
    assert _names("วิชิต")[0] == "วิชิต เมืองภูเก็ต ภูเก็ต"
    everywhere = {place.province for place in subdistricts() if place.name == "ในเมือง"}
    for province in sorted(everywhere)[:3]:
        assert search("ในเมือง", province)[0].province == province


@pytest.mark.parametrize("typed", ["831", "8312", "83120", "๘๓๑๒๐"])
def test_a_postal_code_is_found_by_its_beginning(typed: str) -> None:
    found = search(typed, "ภูเก็ต", most=20)
    assert "กะทู้" in {place.name for place in found}
    assert all(any(code.startswith("831") for code in place.postal_codes) for place in found)


def test_digits_inside_a_postal_code_are_no_match() -> None:
    assert search("3120", "", most=100) == [
        place for place in search("3120", "", most=100) if any(code.startswith("3120") for code in place.postal_codes)
    ]


@pytest.mark.parametrize("typed", ["ป่าตอง กะทู้", "ตำบลป่าตอง อำเภอกะทู้", "ต.ป่าตอง อ.กะทู้ จ.ภูเก็ต 83150", "  ภูเก็ต, ป่าตอง "])
def test_every_word_must_fit(typed: str) -> None:
    assert _names(typed) == ["ป่าตอง กะทู้ ภูเก็ต"]


def test_bangkok_goes_by_its_short_name() -> None:
    assert _names("ลาดยาว กทม") == ["ลาดยาว จตุจักร กรุงเทพมหานคร"]


@pytest.mark.parametrize("typed", ["", "   ", "น", "8", "ไม่มีตำบลนี้", "กะทู้ กระบี่", "*", "\\", "(" * 5000])
def test_nothing_fits(typed: str) -> None:
    assert search(typed, "ภูเก็ต") == []


def test_no_more_than_asked_for() -> None:
    assert len(search("บ้าน", "ภูเก็ต")) == MOST
    assert len(search("บ้าน", "ภูเก็ต", most=3)) == 3


def test_it_is_quick() -> None:
    """Each letter typed asks once; the worst two stand in thousands of rows."""
    search("อง")
    best = min(*(_seconds("อง") for _ in range(9)))
    assert best < 0.02, "under 5 ms on a quiet machine"


def _seconds(typed: str) -> float:
    started = time.perf_counter()
    search(typed, "ภูเก็ต")
    return time.perf_counter() - started
