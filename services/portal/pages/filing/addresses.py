"""An address in one line, as it is written in Thailand, or as a reader of English finds it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from services.portal.pages.filing.steps import ADDRESS
from services.portal.texts.catalogue import N_, Language, translations
from shared.geography.postal_codes import CAPITAL, district_name, province_name, subdistrict_name

_WRITTEN: Final = {
    "house_no": N_("เลขที่ %(value)s"),
    "moo": N_("หมู่ที่ %(value)s"),
    "soi": N_("ซอย%(value)s"),
    "road": N_("ถนน%(value)s"),
    "subdistrict": N_("ตำบล%(value)s"),
    "district": N_("อำเภอ%(value)s"),
    "province": N_("จังหวัด%(value)s"),
    "postal_code": "%(value)s",
}
_WRITTEN_IN_THE_CAPITAL: Final = {
    **_WRITTEN,
    "subdistrict": N_("แขวง%(value)s"),
    "district": N_("เขต%(value)s"),
    "province": "%(value)s",
}
_NAMES: Final[Mapping[str, Callable[[str], str]]] = {
    "subdistrict": subdistrict_name,
    "district": district_name,
    "province": province_name,
}
"""People type the word before a name, or leave it out."""


def written_address(fields: Mapping[str, str], part: str, language: Language) -> str:
    """`เลขที่ 12 หมู่ที่ 2 ถนนวิชิตสงคราม ตำบลกะทู้ …` of the fields `<part>.house_no` and so on; empty for none."""
    is_capital = province_name(fields.get(f"{part}.province", "")) == CAPITAL
    forms, gettext = _WRITTEN_IN_THE_CAPITAL if is_capital else _WRITTEN, translations(language).gettext
    told = {name: _NAMES.get(name, str)(fields.get(f"{part}.{name}", "")) for name in ADDRESS}
    return " ".join(gettext(forms[name]) % {"value": value} for name, value in told.items() if value)
