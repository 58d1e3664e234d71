"""The administration's forms: what they show is what they send, and changes are told in words."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from starlette.datastructures import FormData

from services.portal.pages.staff.authority import document as paths
from services.portal.pages.staff.authority.fields import Field, Kind, meant, sent, typed
from services.portal.pages.staff.authority.items import Edit
from services.portal.pages.staff.authority.lists import LISTS, NEW, entry_list, key_of
from services.portal.pages.staff.authority.naming import place_of, said
from services.portal.pages.staff.authority.sections import SECTIONS
from tests.support.town_hall import KATHU

PROFILE: dict[str, Any] = KATHU.model_dump(mode="json")


def test_what_was_not_touched_is_told_as_it_was() -> None:
    assert paths.closed(paths.opened(PROFILE), PROFILE) == PROFILE


def test_every_status_text_has_its_place_and_no_place_on_the_map_is_none() -> None:
    bare = deepcopy(PROFILE)
    bare["settings"]["texts"]["on"], bare["settings"]["map_centre"] = [], None
    document = paths.opened(bare)
    assert [each["event"] for each in document["settings"]["texts"]["on"]] == list(paths.EVENTS)
    assert paths.closed(document, bare) == bare
    paths.put(document, "settings.texts.on.1.on", True)
    assert len(paths.closed(document, bare)["settings"]["texts"]["on"]) == len(paths.EVENTS)


def test_every_field_stands_in_the_profile() -> None:
    document = paths.opened(PROFILE)
    fields = [field for section in SECTIONS for field in section.fields]
    for field in fields:
        paths.get(document, field.path)
    assert len({field.path for field in fields}) == len(fields)


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("line", "ก", "ก"), ("line", None, ""), ("whole", 7, "7"), ("decimal", 7.5, "7.5"), ("flag", True, True),
        ("time", "20:00:00", "20:00"), ("weekdays", [0, 4], ["0", "4"]), ("officer", {"id": "1", "name": "ข"}, "1"),
    ],
)  # fmt: skip
def test_what_is_shown_means_the_same_again(kind: Kind, value: Any, shown: Any) -> None:
    field = Field("x", "", kind, optional=value is None)
    assert typed(field, value) == shown
    assert meant(field, shown, {"1": "ข"}) == value


@pytest.mark.parametrize(
    ("kind", "text"), [("whole", "เจ็ด"), ("decimal", "7,5"), ("time", "ค่ำ"), ("whole", ""), ("day", "31/12/2569")]
)
def test_what_cannot_be_read_stays_for_the_gateway_to_refuse(kind: Kind, text: str) -> None:
    assert meant(Field("x", "", kind), text, {}) == text


def test_what_a_browser_does_not_send_is_switched_off() -> None:
    form = FormData([("days", "1"), ("days", "0"), ("text", " ก\r\nข ")])
    assert sent(Field("on", "", "flag"), form) is False
    assert meant(Field("days", "", "weekdays"), sent(Field("days", "", "weekdays"), form), {}) == [0, 1]
    assert sent(Field("text", "", "text"), form) == " ก\nข "


@pytest.mark.parametrize("entries", LISTS, ids=lambda each: each.code)
def test_every_entry_is_found_by_its_key(entries: Any) -> None:
    known = [*entries.entries(PROFILE)]
    assert len({key for key, _ in known}) == len(known)
    for key, path in known:
        assert entries.find(PROFILE, key) == path
        assert key_of(entries, paths.get(PROFILE, path)) == key


def test_an_entry_that_is_gone_cannot_be_changed() -> None:
    departments = entry_list("departments")
    assert departments is not None
    with pytest.raises(LookupError):
        Edit(departments, "ghost", departments.fields, {})(deepcopy(PROFILE))


def test_errors_of_a_new_category_stand_beside_its_fields() -> None:
    categories, document = entry_list("categories"), deepcopy(PROFILE)
    assert categories is not None
    fields = (*categories.more, *categories.fields)
    values = {**{field.path: "" for field in fields}, "group.code": "parks", "code": "trees"}
    edit = Edit(categories, NEW, fields, values)
    edit(document)
    at = len(PROFILE["category_groups"])
    assert document["category_groups"][at]["categories"][0]["code"] == "parks.trees"
    path = f"category_groups.{at}"
    errors = {f"{path}.name": "a", f"{path}.categories.0.due_days": "b", "departments.0.name": "c"}
    assert edit.beside(errors) == {"group.name": "a", "due_days": "b", "departments.0.name": "c"}


def change(field: str, before: Any, after: Any) -> dict[str, Any]:
    return {"field": field, "before": before, "after": after}


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (change("phone", "1", None), ("โทรศัพท์", "", "", "1", "–")),
        (change("departments[works].name", "ก", "ข"), ("ชื่อ (ไทย)", "works", "", "ก", "ข")),
        (change("departments[new]", None, {"code": "new", "name": "ใหม่"}), ("กอง/ฝ่าย", "new", "เพิ่ม", "–", "ใหม่")),
        (change("category_groups[roads].categories[roads.x]", {"name": "ก"}, None),
         ("ประเภทเรื่อง", "roads.x", "ลบ", "ก", "–")),
        (change("settings.texts.on[resolved].on", True, False), ("ส่ง SMS", "เมื่อดำเนินการเสร็จ", "", "ใช่", "ไม่ใช่")),
        (change("settings.calendar.weekdays", [0], [0, 5]), ("วันทำการในสัปดาห์", "", "", ["จันทร์"], ["จันทร์", "เสาร์"])),
        (change("settings.number.restart", "never", "fiscal_year"),
         ("เลขลำดับเริ่มนับใหม่", "", "", "ไม่เริ่มใหม่", "ทุกปีงบประมาณ (1 ตุลาคม)")),
        (change("something.new", 1, 2), ("something.new", "", "", "1", "2")),
    ],
)  # fmt: skip
def test_changes_are_told_in_words(told: dict[str, Any], words: tuple[Any, ...]) -> None:
    found = said(told)
    assert (found.field, found.of, found.what, found.before, found.after) == words


def test_a_gateways_path_has_a_name() -> None:
    assert place_of("category_groups.0.categories.12.department") == "กองที่รับผิดชอบ"
    assert place_of("ghost") == ""
