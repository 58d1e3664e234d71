"""Every sub-district of Thailand, as `subdistricts.json` lists them."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

DATA: Final = Path(__file__).with_name("subdistricts.json")


class Subdistrict(NamedTuple):
    """A ตำบล or แขวง where it lies. A few have several postal codes, a few none that is known."""

    name: str
    district: str
    province: str
    postal_codes: tuple[str, ...]


@lru_cache(maxsize=1)
def subdistricts() -> tuple[Subdistrict, ...]:
    """All of them, in the order of the list: by province, district, postal code."""
    tree = json.loads(DATA.read_text(encoding="utf-8"))
    return tuple(
        Subdistrict(name, district, province, tuple(codes.split()))
        for province, districts in tree.items()
        for district, by_codes in districts.items()
        for codes, names in by_codes.items()
        for name in names
    )
