"""Addresses: each part by itself, and whether the parts fit together."""

from __future__ import annotations

from typing import Any, Final

from services.intake import fields
from services.intake.fields import TextRule
from services.intake.filing import AddressInput, PlaceInput
from shared.contracts.petition import Address, Location, Place
from shared.geography.postal_codes import district_name, postal_codes_for, province_name, subdistrict_name
from shared.kernel.field_errors import Findings

_DESCRIPTION: Final = TextRule("คำอธิบายสถานที่", 500, lines=True)
_PARTS: Final = {
    "house_no": ("บ้านเลขที่", 50),
    "moo": ("หมู่ที่", 10),
    "soi": ("ซอย", 100),
    "road": ("ถนน", 100),
    "subdistrict": ("ตำบล/แขวง", 100),
    "district": ("อำเภอ/เขต", 100),
    "province": ("จังหวัด", 100),
}
_NEEDED: Final = frozenset({"house_no", "subdistrict", "district", "province", "postal_code"})


def address(found: Findings, field: str, given: AddressInput) -> Address:
    """The address of a person: house number, sub-district, district, province and postal code are needed."""
    return Address(**_parts(found, field, given, needed=_NEEDED))


def place_and_location(found: Findings, given: PlaceInput) -> dict[str, Place | Location | None]:
    """Where the work is needed. `place` may tell where a person lives; `location` is for maps and statistics."""
    parts = _parts(found, "place", given, needed=frozenset())
    parts["description"] = fields.text(found, "place.description", given.description, _DESCRIPTION)
    parts["latitude"], parts["longitude"] = fields.coordinates(
        found, ("place.latitude", "place.longitude"), (given.latitude, given.longitude)
    )
    place = Place.model_validate(parts)
    location = Location.model_validate(parts)
    return {"place": place if _told(place) else None, "location": location if _told(location) else None}


def _parts(found: Findings, field: str, given: AddressInput, needed: frozenset[str]) -> dict[str, Any]:
    parts: dict[str, Any] = {
        name: fields.text(found, f"{field}.{name}", getattr(given, name), TextRule(label, limit, name in needed))
        for name, (label, limit) in _PARTS.items()
    }
    required = "postal_code" in needed
    parts["postal_code"] = fields.postal_code(found, f"{field}.postal_code", given.postal_code, required=required)
    parts["subdistrict"] = parts["subdistrict"] and subdistrict_name(parts["subdistrict"])
    parts["district"] = parts["district"] and district_name(parts["district"], parts["province"] or "")
    parts["province"] = parts["province"] and province_name(parts["province"])
    _check_fit(found, field, parts)
    return parts


def _check_fit(found: Findings, field: str, parts: dict[str, Any]) -> None:
    names = [parts[name] for name in ("subdistrict", "district", "province")]
    if not all(names):
        return
    codes = postal_codes_for(*names)
    if codes is None:
        found.warn(f"{field}.subdistrict", "ไม่พบตำบล อำเภอ และจังหวัดนี้อยู่ด้วยกัน กรุณาตรวจสอบอีกครั้ง")
    elif parts["postal_code"] and parts["postal_code"] not in codes:
        usual = " หรือ ".join(sorted(codes))
        found.warn(f"{field}.postal_code", f"รหัสไปรษณีย์ไม่ตรงกับตำบลนี้ (ปกติคือ {usual}) กรุณาตรวจสอบอีกครั้ง")


def _told(part: Place | Location) -> bool:
    return any(value is not None for _, value in part)
