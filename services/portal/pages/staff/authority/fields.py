"""Fields of the administration's forms: how they are called, shown, and read. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from starlette.datastructures import FormData

Kind = Literal["line", "text", "whole", "decimal", "flag", "time", "day", "choice", "weekdays", "officer"]

_HOURS_AND_MINUTES: Final = len("20:00")


@dataclass(frozen=True, slots=True)
class Field:
    """`path` in the profile, or in the entry of a list; `label` and `hint` in Thai. `choices` names what may be chosen.
    `fixed`: not changed once the entry is there. `of` tells fields with one label apart for who hears them. `empty` is
    what stands for nothing in a field that may be left out."""

    path: str
    label: str
    kind: Kind = "line"
    optional: bool = False
    hint: str = ""
    choices: str = ""
    fixed: bool = False
    of: str = ""
    empty: str | None = None
    most: int = 500


def typed(field: Field, value: Any) -> Any:
    """What stands in the profile, as the field shows it."""
    if field.kind == "flag":
        return bool(value)
    if field.kind == "weekdays":
        return [str(day) for day in value]
    if field.kind == "officer":
        return value["id"] if value else ""
    text = "" if value is None else str(value)
    return text[:_HOURS_AND_MINUTES] if field.kind == "time" else text


def sent(field: Field, form: FormData) -> Any:
    """What was filled in, as the field shows it again."""
    if field.kind == "flag":
        return field.path in form
    if field.kind == "weekdays":
        return [str(each) for each in form.getlist(field.path)]
    text = str(form.get(field.path, "")).replace("\r\n", "\n")
    return text if field.kind == "text" else text.strip()


def meant(field: Field, value: Any, officers: Mapping[str, str]) -> Any:
    """What was filled in, as the profile holds it; what cannot be read stays as it is, for the gateway to refuse.

    `officers`: names by staff id.
    """
    match field.kind:
        case "flag":
            return value
        case "weekdays":
            return sorted(int(day) if day.isdecimal() else day for day in value)
        case "officer":
            return {"id": value, "name": officers.get(value, "")} if value else None
        case "whole":
            return int(value) if value.isdecimal() else value
        case "time":
            return f"{value}:00" if len(value) == _HOURS_AND_MINUTES else value
        case "decimal":
            return _decimal(value) if value else None
        case _:
            return value if value.strip() or not field.optional else field.empty


def _decimal(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return text
