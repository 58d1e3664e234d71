"""Which columns a file has, by its head. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from services.tracking.views import outcome_label
from shared.contracts.fact import ERASED
from shared.contracts.petition_states import STATE_LABELS, PetitionState
from shared.kernel.phones import national
from shared.kernel.thai import in_bangkok, thai_date

Row = Mapping[str, Any]
Columns = Mapping[str, Callable[[Row], Any]]
_COARSE: Final = 2
"""Decimals of a degree: about a kilometre, in which no house can be told from another."""


def _thai(name: str) -> Callable[[Row], str]:
    return lambda row: thai_date(row[name]) if row[name] else ""


def _iso(name: str) -> Callable[[Row], str]:
    return lambda row: _local(row[name]) if row[name] else ""


def _local(moment: datetime) -> str:
    return in_bangkok(moment).isoformat(timespec="seconds")


def _day(name: str) -> Callable[[Row], str]:
    return lambda row: in_bangkok(row[name]).date().isoformat() if row[name] else ""


def _text(name: str) -> Callable[[Row], Any]:
    return lambda row: row[name]


def _coarse(name: str) -> Callable[[Row], Any]:
    return lambda row: None if row[name] is None else round(row[name], _COARSE)


def _state(row: Row) -> str:
    return STATE_LABELS[PetitionState(row["state"])]


def _person(name: str) -> Callable[[Row], Any]:
    return lambda row: row["petitioner"].get(name)


def _full_name(row: Row) -> str:
    person = row["petitioner"]
    if person["given_name"] == ERASED:
        return ERASED
    named = f"{person.get('title') or ''}{person['given_name']}"
    return " ".join(part for part in (named, person.get("family_name")) if part)


def _address(row: Row) -> str:
    address = row["petitioner"].get("address") or {}
    parts = [part for part in address.values() if part]
    return ERASED if ERASED in parts else " ".join(parts)


STAFF: Final[Columns] = MappingProxyType(
    {
        "เลขที่คำร้อง": _text("number"),
        "สถานะ": _state,
        "ผลการดำเนินการ": lambda row: outcome_label(row["outcome"]),
        "ประเภทเรื่อง": _text("category_label"),
        "หน่วยงานเจ้าของเรื่อง": _text("department_name"),
        "เจ้าหน้าที่": _text("officer_name"),
        "ช่องทาง": _text("channel"),
        "วันที่ยื่น": _thai("filed_at"),
        "กำหนดแล้วเสร็จ": _thai("due_at"),
        "filed_at": _iso("filed_at"),
        "due_at": _iso("due_at"),
        "accepted_at": _iso("accepted_at"),
        "resolved_at": _iso("resolved_at"),
        "closed_at": _iso("closed_at"),
        "latitude": _text("latitude"),
        "longitude": _text("longitude"),
    }
)
"""Without personal data."""

PERSONAL: Final[Columns] = MappingProxyType(
    {
        **STAFF,
        "ผู้ร้อง": _full_name,
        "โทรศัพท์": lambda row: national(row["petitioner"]["phone"]),
        "อีเมล": _person("email"),
        "ที่อยู่": _address,
        "เรื่อง": _text("subject"),
        "รายละเอียด": _text("details"),
    }
)
"""With the petitioner, but for the citizen number, which nobody needs in a list. `row` has the opened fields."""

OPEN_DATA: Final[Columns] = MappingProxyType(
    {
        "status": _text("state"),
        "status_label": _state,
        "outcome": _text("outcome"),
        "category": _text("category"),
        "category_label": _text("category_label"),
        "department": _text("department_name"),
        "channel": _text("channel"),
        "filed_on": _day("filed_at"),
        "due_on": _day("due_at"),
        "accepted_on": _day("accepted_at"),
        "resolved_on": _day("resolved_at"),
        "closed_on": _day("closed_at"),
        "latitude": _coarse("latitude"),
        "longitude": _coarse("longitude"),
    }
)
"""For anybody: no number (it opens a petition together with four digits), days instead of moments, and about where."""
