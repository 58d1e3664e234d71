"""Which postal codes a sub-district has, and its name as the official list writes it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from shared.geography.subdistricts import subdistricts

CAPITAL: Final = "กรุงเทพมหานคร"
_BANGKOK_TYPED: Final = frozenset({"กทม", "กทม.", "กรุงเทพ", "กรุงเทพฯ"})
_CAPITAL_DISTRICT: Final = "เมือง"
_SUBDISTRICT_WORD: Final = re.compile(r"^(?:ตำบล|แขวง|ต\.) *(?=.)")
_DISTRICT_WORD: Final = re.compile(r"^(?:อำเภอ|เขต|อ\.) *(?=.)")
_PROVINCE_WORD: Final = re.compile(r"^(?:จังหวัด|จ\.) *(?=.)")

Known = Mapping[tuple[str, str, str], frozenset[str]]


def postal_codes_for(subdistrict: str, district: str, province: str) -> frozenset[str] | None:
    """The five-digit codes of a sub-district; None when the list has no such sub-district there."""
    names = (subdistrict_name(subdistrict), district_name(district, province), province_name(province))
    return _known().get(names)


def subdistrict_name(typed: str) -> str:
    """Without ตำบล, แขวง or ต. before it."""
    return _SUBDISTRICT_WORD.sub("", typed)


def district_name(typed: str, province: str = "") -> str:
    """Without อำเภอ, เขต or อ. before it; the capital district of a province has the province's name in its own."""
    name = _DISTRICT_WORD.sub("", typed)
    return f"{name}{province_name(province)}" if name == _CAPITAL_DISTRICT else name


def province_name(typed: str) -> str:
    """Without จังหวัด or จ. before it; short forms of Bangkok in full."""
    name = _PROVINCE_WORD.sub("", typed)
    return CAPITAL if name in _BANGKOK_TYPED else name


@lru_cache(maxsize=1)
def _known() -> Known:
    return {(each.name, each.district, each.province): frozenset(each.postal_codes) for each in subdistricts()}
