"""What may be chosen in the administration's forms: value and label, the label in the reader's language. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from services.portal.pages.staff.case.forms import FORMS
from services.portal.pages.staff.people import People
from services.portal.texts.catalogue import N_

RESTARTS: Final = (
    ("fiscal_year", N_("ทุกปีงบประมาณ (1 ตุลาคม)")),
    ("calendar_year", N_("ทุกปีปฏิทิน")),
    ("never", N_("ไม่เริ่มใหม่")),
)
WEEKDAYS: Final = (
    N_("จันทร์"),
    N_("อังคาร"),
    N_("พุธ"),
    N_("พฤหัสบดี"),
    N_("ศุกร์"),
    N_("เสาร์"),
    N_("อาทิตย์"),
)
"""In the order of the contract: 0 is Monday."""
Choices = dict[str, list[tuple[str, str]]]


def choices(
    document: dict[str, Any], people: People, name: Callable[[dict[str, Any]], str], say: Callable[[str], str]
) -> Choices:
    """By the name of the choice. `name` gives an entry's name, `say` translates."""
    groups = document["category_groups"]
    officers = [each for department in people.departments for each in people.officers(department)]
    return {
        "restart": [(code, say(label)) for code, label in RESTARTS],
        "weekdays": [(str(day), say(label)) for day, label in enumerate(WEEKDAYS)],
        "departments": [(each["code"], name(each)) for each in document["departments"]],
        "groups": [(each["code"], name(each)) for each in groups],
        "categories": [
            (each["code"], f"{name(group)} : {name(each)}") for group in groups for each in group["categories"]
        ],
        "commands": [(command, say(form.label)) for command, form in FORMS.items()],
        "officers": _officers(officers, groups),
    }


def _officers(officers: list[Any], groups: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Who can be responsible, and who gets petitions already, though they may have left."""
    named = {each.staff_id: each.name for each in officers}
    kept = [each["officer"] for group in groups for each in group["categories"] if each["officer"]]
    return [*{**{each["id"]: each["name"] for each in kept}, **named}.items()]
