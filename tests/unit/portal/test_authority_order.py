"""The order of a list's entries: moved step by step, within one list, and the same when it is done twice."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from services.portal.pages.staff.authority.lists import LISTS, EntryList, entry_list
from services.portal.pages.staff.authority.naming import ORDER, said
from services.portal.pages.staff.authority.ordering import Move, parts
from tests.support.town_hall import KATHU

PROFILE: dict[str, Any] = KATHU.model_dump(mode="json")


def listed(code: str) -> EntryList:
    found = entry_list(code)
    assert found is not None
    return found


DEPARTMENTS, CATEGORIES = listed("departments"), listed("categories")


def order(document: dict[str, Any]) -> list[str]:
    return [each["code"] for each in document["departments"]]


@pytest.mark.parametrize(
    ("key", "other", "behind", "expected"),
    [
        ("b", "a", False, "bacd"), ("b", "c", True, "acbd"), ("d", "a", False, "dabc"), ("a", "d", True, "bcda"),
        ("b", "c", False, "abcd"), ("b", "a", True, "abcd"), ("b", "b", False, "abcd"),
    ],
)  # fmt: skip
def test_an_entry_is_put_beside_another_and_twice_is_as_good_as_once(
    key: str, other: str, behind: bool, expected: str
) -> None:
    document = {**deepcopy(PROFILE), "departments": [{"code": each, "name": each} for each in "abcd"]}
    for _ in range(2):
        Move(DEPARTMENTS, key, other, behind)(document)
        assert "".join(order(document)) == expected


@pytest.mark.parametrize("entries", [each for each in LISTS if each.ordered], ids=lambda each: each.code)
def test_each_button_leads_one_place_on(entries: EntryList) -> None:
    for part in parts(entries, PROFILE):
        keys = [row.key for row in part.rows]
        for place, row in enumerate(part.rows):
            assert (row.before, row.behind) == ("" if not place else keys[place - 1], (*keys, "")[place + 1])
            if row.behind:
                document = deepcopy(PROFILE)
                Move(entries, row.key, row.behind, True)(document)
                moved = [each.key for found in parts(entries, document) for each in found.rows if each.key in keys]
                assert moved == [*keys[:place], keys[place + 1], row.key, *keys[place + 2 :]]


def test_categories_stay_in_their_group() -> None:
    first, second = parts(CATEGORIES, PROFILE)[:2]
    assert first.head is not None
    assert first.head["name"] == PROFILE["category_groups"][0]["name"]
    with pytest.raises(LookupError):
        Move(CATEGORIES, first.rows[-1].key, second.rows[0].key, False)(deepcopy(PROFILE))


@pytest.mark.parametrize(("key", "other"), [("works", "ghost"), ("ghost", "works"), ("works", "")])
def test_what_is_gone_moves_nothing(key: str, other: str) -> None:
    document = deepcopy(PROFILE)
    with pytest.raises(LookupError):
        Move(DEPARTMENTS, key, other, False)(document)
    assert document == PROFILE


def test_days_off_stand_by_the_day() -> None:
    days = [{"day": day, "name": ""} for day in ("2027-05-10", "2026-12-31")]
    document = deepcopy(PROFILE)
    document["settings"]["calendar"]["days_off"] = days
    rows = parts(listed("days-off"), document)[0].rows
    assert [(row.key, row.before, row.behind) for row in rows] == [("2026-12-31", "", ""), ("2027-05-10", "", "")]


@pytest.mark.parametrize(
    ("field", "before", "after", "what"),
    [
        ("departments", ["a", "b"], ["b", "a"], ORDER),
        ("category_groups[roads].categories", ["roads.a", "roads.b"], ["roads.b", "roads.a"], ORDER),
        ("news", [{"title": "ก"}, {"title": "ข"}], [{"title": "ข"}, {"title": "ก"}], ORDER),
        ("news", [{"title": "ก"}], [{"title": "ข"}, {"title": "ก"}], ""),
    ],
)
def test_a_new_order_is_told_as_such(field: str, before: list[Any], after: list[Any], what: str) -> None:
    assert said({"field": field, "before": before, "after": after}).what == what
