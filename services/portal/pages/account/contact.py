"""What people say about themselves beside what the provider tells: title, phone, e-mail, address. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from services.portal.pages.filing.steps import ADDRESS, FIND, chosen_area
from shared.kernel.phones import national

PART: Final = "address"
TITLES: Final = ("นาย", "นาง", "นางสาว")
OTHER: Final = "other"
FIELDS: Final = ("title", "title_other", "phone", "email", *(f"{PART}.{name}" for name in (*ADDRESS, FIND)))
NEEDED: Final[Mapping[str, str]] = {
    "title": "กรุณาเลือกคำนำหน้า",
    "phone": "กรุณากรอกหมายเลขโทรศัพท์",
    f"{PART}.house_no": "กรุณากรอกบ้านเลขที่",
    f"{PART}.subdistrict": "กรุณากรอกตำบล/แขวง",
    f"{PART}.district": "กรุณากรอกอำเภอ/เขต",
    f"{PART}.province": "กรุณากรอกจังหวัด",
    f"{PART}.postal_code": "กรุณากรอกรหัสไปรษณีย์",
}
"""What a petition cannot do without (so that nothing is to be typed when one is filed), and what is said otherwise,
worded as intake words it."""
_LONGEST: Final = 1_000


def typed(form: Mapping[str, Any]) -> dict[str, str]:
    """The fields as a browser sent them."""
    return {name: _text(form.get(name)) for name in FIELDS}


def values_of(me: Mapping[str, Any]) -> dict[str, str]:
    """The fields as identity has them; a title that is not on the list stands in the field for others."""
    title = me.get("title") or ""
    address = {f"{PART}.{name}": value or "" for name, value in (me.get(PART) or {}).items()}
    chosen = title if title in TITLES or not title else OTHER
    other = title if chosen == OTHER else ""
    told = {"phone": national(me.get("phone") or ""), "email": me.get("email") or ""}
    return {"title": chosen, "title_other": other, **told, **address}


def missing(values: Mapping[str, str]) -> dict[str, str]:
    """What is still needed, by field, in the order of the page."""
    told = {**values, "title": _title(values)}
    return {name: message for name, message in NEEDED.items() if not told.get(name)}


def body_of(values: Mapping[str, str]) -> dict[str, Any]:
    """The fields as identity takes them."""
    address = {name: values.get(f"{PART}.{name}") or None for name in ADDRESS}
    told = {"phone": values.get("phone", ""), "email": values.get("email") or None}
    return {"title": _title(values) or None, **told, PART: address}


def with_area(values: Mapping[str, str], form: Mapping[str, Any]) -> dict[str, str]:
    """The fields with the sub-district that was chosen from the list."""
    return {**values, **chosen_area(form, PART)}


def _title(values: Mapping[str, str]) -> str:
    chosen = values.get("title", "")
    return values.get("title_other", "") if chosen == OTHER else chosen


def _text(value: object) -> str:
    return value.strip()[:_LONGEST] if isinstance(value, str) else ""
