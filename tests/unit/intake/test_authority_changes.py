"""What differs between two profiles, and what a plan makes of a profile that was changed since."""

from __future__ import annotations

from typing import Any

import pytest

from services.intake.authority_changes import Change, changes, laid_onto
from shared.contracts.authority import AuthorityConfigured
from tests.samples.petitions import KATHU


def with_changes(profile: AuthorityConfigured = KATHU, **told: Any) -> AuthorityConfigured:
    """The profile with other parts; settings by `settings__<name>`."""
    data = profile.model_dump(mode="json")
    for name, value in told.items():
        place = data["settings"] if name.startswith("settings__") else data
        place[name.removeprefix("settings__")] = value
    return AuthorityConfigured.model_validate(data)


def parts(name: str) -> Any:
    """A part of Kathu's profile as JSON, to be changed."""
    return KATHU.model_dump(mode="json")[name]


def test_nothing_differs_from_itself_and_from_nothing() -> None:
    assert changes(KATHU, KATHU) == ()
    assert changes(None, KATHU) == ()


def test_fields_are_told_by_their_path() -> None:
    departments = parts("departments")
    departments[1]["phone"] = "076-321-511"
    groups = parts("category_groups")
    groups[0]["categories"][0]["due_days"] = 20
    after = with_changes(departments=departments, category_groups=groups, settings__domain="oss.kathu.go.th")
    assert changes(KATHU, after) == (
        Change(field="departments[works].phone", before=None, after="076-321-511"),
        Change(field="category_groups[roads].categories[roads.surface].due_days", before=15, after=20),
        Change(field="settings.domain", before=None, after="oss.kathu.go.th"),
    )


def test_entries_that_come_and_go_are_told_whole() -> None:
    new = {"code": "fire", "name": "งานป้องกันฯ", "name_en": None, "phone": None}
    after = with_changes(departments=[*parts("departments")[1:], new])
    gone = parts("departments")[0]
    assert changes(KATHU, after) == (
        Change(field="departments[clerk-office]", before=gone, after=None),
        Change(field="departments[fire]", before=None, after=new),
    )


def test_another_order_is_a_change() -> None:
    after = with_changes(departments=parts("departments")[::-1])
    (told,) = changes(KATHU, after)
    assert (told.field, told.before[0], told.after[0]) == ("departments", "clerk-office", "personnel")


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        (
            {"calendar": {"days_off": [{"day": "2026-05-04", "name": "วันเทศบาล"}]}},
            "settings.calendar.days_off[2026-05-04]",
        ),
        ({"texts": {"on": [{"event": "started", "on": True}]}}, "settings.texts.on[started].on"),
        ({"calendar": {"weekdays": [0, 1, 2]}}, "settings.calendar.weekdays"),
    ],
)
def test_settings_are_told_one_by_one(settings: dict[str, Any], field: str) -> None:
    told = changes(KATHU, with_changes(**{f"settings__{name}": value for name, value in settings.items()}))
    assert field in {each.field for each in told}


def test_a_plan_keeps_what_was_changed_since() -> None:
    planned = with_changes(about="ย้ายที่ทำการ", settings__domain="oss.kathu.go.th")
    current = with_changes(phone="076-000-000", settings__deadlines={"warn_days": 5})
    together = laid_onto(planned, KATHU, current)
    assert (together.about, together.phone) == ("ย้ายที่ทำการ", "076-000-000")
    assert (together.settings.domain, together.settings.deadlines.warn_days) == ("oss.kathu.go.th", 5)


def test_a_plan_wins_over_what_was_changed_in_the_same_part() -> None:
    assert laid_onto(with_changes(about="สอง"), KATHU, with_changes(about="หนึ่ง")).about == "สอง"


def test_where_the_parts_do_not_fit_together_the_plan_stands_as_a_whole() -> None:
    """The plan renames a group's code, and a standard text was made for one of its categories since."""
    groups = [group for group in parts("category_groups") if group["code"] != "animals"]
    planned = with_changes(category_groups=groups)
    text = {"code": "vaccine", "title": "วัคซีน", "text": "นัดฉีดวัคซีน", "command": None, "category": "animals.vaccination"}
    current = with_changes(settings__standard_texts=[text])
    assert laid_onto(planned, KATHU, current) == planned
