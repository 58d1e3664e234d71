"""What was typed into a command's form, as intake takes it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, Final

from services.portal.pages.staff.assigning import assignment_of
from services.portal.pages.staff.case.forms import CommandForm, FormField
from services.portal.pages.staff.catalogue import Catalogue
from services.portal.pages.staff.people import People
from services.portal.texts.catalogue import N_
from shared.kernel.thai import BANGKOK

EMPTY: Final = N_("กรุณากรอกข้อมูลนี้")
CHOOSE: Final = N_("กรุณาเลือก")
BAD_DAY: Final = N_("วันที่ไม่ถูกต้อง กรุณาเลือกจากปฏิทิน")
_END_OF_DAY: Final = time(23, 59, 59)
_CHOSEN: Final = frozenset({"outcome", "department", "category", "visibility"})


def body_of(
    form: CommandForm,
    typed: Mapping[str, str],
    uploads: Sequence[str],
    catalogue: Catalogue,
    people: People,
    department: str,
) -> tuple[dict[str, Any], dict[str, str]]:
    """The body, and what is wrong with it, by field, in Thai. `department`: whose the petition is now."""
    if form.command == "assign":
        assignment, problem = assignment_of(catalogue, people, typed, department)
        return (assignment.body, {}) if assignment else ({}, {"department": problem})
    body: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for field in form.fields:
        if field.kind == "files":
            body["uploads"] = list(uploads)
            continue
        value, problem = _value(field, typed.get(field.name, "").strip())
        if problem:
            errors[field.name] = problem
        elif value is not None:
            body[field.name] = value
    return body, errors


def _value(field: FormField, typed: str) -> tuple[str | None, str]:
    if not typed:
        missing = CHOOSE if field.kind in _CHOSEN else EMPTY
        return None, "" if field.optional else missing
    if field.kind not in ("day", "moment"):
        return typed, ""
    try:
        return _moment(field, typed).isoformat(), ""
    except ValueError:
        return None, BAD_DAY


def _moment(field: FormField, typed: str) -> datetime:
    """A day is meant to its end; hours are those of Thailand."""
    if field.kind == "day":
        return datetime.combine(date.fromisoformat(typed), _END_OF_DAY, BANGKOK)
    return datetime.fromisoformat(typed).replace(tzinfo=BANGKOK)
