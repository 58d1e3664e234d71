"""The list of sub-districts and their postal codes."""

from __future__ import annotations

import json
import re

import pytest

from shared.geography.postal_codes import (
    district_name,
    postal_codes_for,
    province_name,
    subdistrict_name,
)
from shared.geography.subdistricts import DATA


@pytest.mark.parametrize(
    ("names", "codes"),
    [
        (("กะทู้", "กะทู้", "ภูเก็ต"), {"83120"}),
        (("ป่าตอง", "กะทู้", "ภูเก็ต"), {"83150"}),
        (("กมลา", "กะทู้", "ภูเก็ต"), {"83120", "83150"}),
        (("ตำบลรัษฎา", "อำเภอเมือง", "จังหวัดภูเก็ต"), {"83000"}),
        (("แขวงลาดยาว", "เขตจตุจักร", "กทม."), {"10900"}),
        (("จ.ป.ร.", "กระบุรี", "ระนอง"), {"85110"}),
    ],
)
def test_codes(names: tuple[str, str, str], codes: set[str]) -> None:
    assert set(postal_codes_for(*names) or ()) == codes


def test_an_unknown_combination_has_none() -> None:
    assert postal_codes_for("กะทู้", "กะทู้", "กระบี่") is None


@pytest.mark.parametrize("word", ["ตำบล", "แขวง", "เขต", "อำเภอ", "จังหวัด", "ต.", "จ."])
def test_a_word_alone_is_left(word: str) -> None:
    assert word in {subdistrict_name(word), district_name(word), province_name(word)}


def test_the_whole_country_is_there() -> None:
    tree = json.loads(DATA.read_text(encoding="utf-8"))
    districts = [district for province in tree.values() for district in province.values()]
    codes = {code for district in districts for each in district for code in each.split()}
    names = [name for district in districts for each in district.values() for name in each]
    assert (len(tree), len(districts), len(names)) == (77, 928, 7475)
    assert all(re.fullmatch("[1-9][0-9]{4}", code) for code in codes)
    assert DATA.stat().st_size < 300_000
