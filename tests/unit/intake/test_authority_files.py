"""The authority files that are shipped, and what a wrong one is told."""

from __future__ import annotations

import copy
from datetime import time
from typing import Any, get_args

import pytest
import yaml

from services.intake.authority import AuthorityInvalid, authority_from, authority_from_yaml
from services.intake.catalogue import category_label, department_ref, find_category, find_service
from services.intake.numbering import PREFIX
from shared.contracts.authority import (
    AuthorityConfigured,
    CalendarSettings,
    DeadlineSettings,
    StatusEvent,
    StatusText,
)
from shared.contracts.petition import Officer
from tests.samples.petitions import AUTHORITIES, WORKS

KATHU = AUTHORITIES["kathu"]
RIGHT: dict[str, Any] = yaml.safe_load(
    """
    code: here
    name_th: เทศบาลตัวอย่าง
    name_en: Sample
    prefix: HR
    province: ภูเก็ต
    address: เลขที่ 1
    phone: 076-000-000
    departments: [{code: works, name: กองช่าง}]
    category_groups:
      - code: roads
        name: ถนน
        categories: [{code: roads.surface, name: ผิวถนน, department: works}]
    services: [{code: oss, digit: 1, name: ศูนย์บริการ, open: true}]
    settings: {sms: {sender: HERE}}
    """
)
MAYORS_DAY: dict[str, Any] = {"day": "2026-05-04", "name": "วันของเทศบาล"}
RESOLVED: dict[str, Any] = {"event": "resolved", "on": True}
DONE: dict[str, Any] = {"code": "done", "title": "เสร็จแล้ว", "text": "{department}ดำเนินการตาม {number} แล้ว"}


def wrong(change: Any) -> dict[str, str]:
    """What is told of the right file after a change."""
    document = copy.deepcopy(RIGHT)
    change(document)
    with pytest.raises(AuthorityInvalid) as refused:
        authority_from(document)
    return {error.field: error.message for error in refused.value.errors}


def test_kathu_is_as_the_manual_shows_it() -> None:
    assert (KATHU.code, KATHU.prefix, KATHU.phone) == ("kathu", "KT", "076-321-500")
    assert KATHU.address == "เลขที่ 12 หมู่ที่ 2 ถนนวิชิตสงคราม ตำบลกะทู้ อำเภอกะทู้ จังหวัดภูเก็ต 83120"
    oss, permit = find_service(KATHU, "oss"), find_service(KATHU, "building-permit")
    assert oss is not None
    assert permit is not None
    assert (oss.open, oss.digit) == (True, 1)
    assert (permit.open, permit.note) == (False, "สามารถใช้บริการได้เร็วๆ นี้")
    assert KATHU.settings.number.restart == "fiscal_year"


def test_kathus_link_leaves_the_text_in_one_part() -> None:
    assert KATHU.settings.sms.include_link
    assert len(f"{KATHU.settings.sms.link_base}/6D0M5BX") <= 19
    assert not AUTHORITIES["ban"].settings.sms.include_link


def test_kathus_catalogue() -> None:
    categories = [category for group in KATHU.category_groups for category in group.categories]
    assert len(KATHU.category_groups) >= 12
    assert len(categories) >= 50
    assert {category.department for category in categories} <= {each.code for each in KATHU.departments}
    assert {category.due_days for category in categories} >= {3, 7, 15, 30}
    found = find_category(KATHU, "roads.surface")
    assert found is not None
    assert found[1].due_days == 15
    assert category_label(*found) == "ถนนและทางเท้า : ถนน/ไหล่ทาง"
    owner = department_ref(KATHU, found[1].department)
    assert owner == WORKS


@pytest.mark.parametrize("profile", AUTHORITIES.values(), ids=lambda profile: profile.code)
def test_shipped_authorities(profile: AuthorityConfigured) -> None:
    assert PREFIX.fullmatch(profile.prefix)
    assert AuthorityConfigured.model_validate_json(profile.model_dump_json()) == profile


def test_prefixes_and_codes_differ() -> None:
    assert len({profile.prefix for profile in AUTHORITIES.values()}) == len(AUTHORITIES)
    assert all(profile.code == name for name, profile in AUTHORITIES.items())


def test_what_is_left_out_has_its_default() -> None:
    profile = authority_from(RIGHT)
    assert profile.category_groups[0].categories[0].due_days == 15
    assert (profile.settings.number.restart, profile.settings.sms.include_link) == ("fiscal_year", False)
    assert (profile.settings.survey.invite, profile.settings.survey.reopen_days) == (True, 14)
    assert authority_from({**RIGHT, "default_due_days": 7}).category_groups[0].categories[0].due_days == 7


def test_a_file_without_the_newer_settings_works_monday_to_friday_and_texts_all_but_the_start() -> None:
    settings = authority_from(RIGHT).settings
    assert settings.calendar == CalendarSettings()
    assert settings.deadlines == DeadlineSettings()
    assert {event: settings.texts.about(event).on for event in get_args(StatusEvent)} == {
        "accepted": True,
        "started": False,
        "information_requested": True,
        "scheduled": True,
        "resolved": True,
        "rejected": True,
        "reopened": True,
    }


def test_words_and_times_of_day_are_read_as_they_stand() -> None:
    """`on` is a truth value and 20:30 a number to YAML 1.1."""
    text = "texts: {quiet_from: 20:30, quiet_until: 07:00, on: [{event: started, on: true, wording: 'เริ่ม {number}'}]}"
    settings = yaml.safe_dump({**RIGHT, "settings": None}, allow_unicode=True).replace(
        "settings: null", f"settings:\n  sms: {{sender: HERE}}\n  {text}"
    )
    texts = authority_from_yaml(settings).settings.texts
    assert (texts.quiet_from, texts.quiet_until) == (time(20, 30), time(7))
    assert texts.about("started") == StatusText(event="started", on=True, wording="เริ่ม {number}")


def test_a_category_names_the_officer_who_gets_its_petitions() -> None:
    document = copy.deepcopy(RIGHT)
    document["category_groups"][0]["categories"][0]["officer"] = {"id": "staff-1", "name": "เจ้าหน้าที่ ตัวอย่าง"}
    found = find_category(authority_from(document), "roads.surface")
    assert found is not None
    assert found[1].officer == Officer(id="staff-1", name="เจ้าหน้าที่ ตัวอย่าง")


def test_the_public_profile_is_itself_a_file_that_stands() -> None:
    """What was asked of the gateway can be changed and handed in again."""
    assert authority_from(KATHU.model_dump(mode="json")) == KATHU


def test_kathus_standard_texts_cover_the_work() -> None:
    texts = KATHU.settings.standard_texts
    assert {"accept", "request-information", "resolve", "reject", "forward"} <= {each.command for each in texts}
    assert any(each.category for each in texts)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda d: d.update(prefix="KATHU"), "prefix"),
        (lambda d: d.update(prefix="kt"), "prefix"),
        (lambda d: d.update(code="ก"), "code"),
        (lambda d: d.pop("phone"), "phone"),
        (lambda d: d.update(telephone="1"), "telephone"),
        (lambda d: d["departments"].append({"code": "works", "name": "ซ้ำ"}), "departments.1.code"),
        (lambda d: d["category_groups"].append(d["category_groups"][0]), "category_groups.1.code"),
        (lambda d: d["category_groups"].append(d["category_groups"][0]), "category_groups.1.categories.0.code"),
        (lambda d: d["category_groups"][0].update(code="streets"), "category_groups.0.categories.0.code"),
        (lambda d: d["category_groups"][0].update(categories=[]), "category_groups.0.categories"),
        (
            lambda d: d["category_groups"][0]["categories"][0].update(department="ghost"),
            "category_groups.0.categories.0.department",
        ),
        (
            lambda d: d["category_groups"][0]["categories"][0].update(due_days=0),
            "category_groups.0.categories.0.due_days",
        ),
        (
            lambda d: d["category_groups"][0]["categories"][0].update(code="surface"),
            "category_groups.0.categories.0.code",
        ),
        (lambda d: d["services"].append({**d["services"][0], "code": "two"}), "services.1.digit"),
        (lambda d: d["services"].append({**d["services"][0], "digit": 2}), "services.1.code"),
        (lambda d: d["services"][0].update(digit=10), "services.0.digit"),
        (lambda d: d["settings"]["sms"].update(include_link=True), "settings.sms"),
        (lambda d: d["settings"]["sms"].update(link_base="https://here.go.th"), "settings.sms.link_base"),
        (lambda d: d["settings"]["sms"].update(sender="TWELVE-CHARS"), "settings.sms.sender"),
        (lambda d: d["settings"]["sms"].update(sender="A B"), "settings.sms.sender"),
        (lambda d: d["settings"].update(number={"restart": "daily"}), "settings.number.restart"),
        (lambda d: d["settings"].update(tracking_url_base="oss.here.go.th/"), "settings.tracking_url_base"),
        (lambda d: d["settings"].update(calendar={"weekdays": []}), "settings.calendar.weekdays"),
        (lambda d: d["settings"].update(calendar={"weekdays": [7]}), "settings.calendar.weekdays.0"),
        (lambda d: d["settings"].update(calendar={"weekdays": [0, 0]}), "settings.calendar.weekdays.1"),
        (lambda d: d["settings"].update(calendar={"days_off": [MAYORS_DAY] * 2}), "settings.calendar.days_off.1.day"),
        (
            lambda d: d["settings"].update(calendar={"days_off": [{"day": "soon", "name": "x"}]}),
            "settings.calendar.days_off.0.day",
        ),
        (lambda d: d["settings"].update(deadlines={"warn_days": 0}), "settings.deadlines.warn_days"),
        (
            lambda d: d["settings"].update(deadlines={"remind_after_days": 14, "expire_after_days": 14}),
            "settings.deadlines",
        ),
        (lambda d: d["settings"].update(texts={"quiet_from": 1200}), "settings.texts.quiet_from"),
        (lambda d: d["settings"].update(texts={"quiet_until": "24:00"}), "settings.texts.quiet_until"),
        (lambda d: d["settings"].update(texts={"on": [{"event": "filed", "on": True}]}), "settings.texts.on.0.event"),
        (lambda d: d["settings"].update(texts={"on": [RESOLVED, RESOLVED]}), "settings.texts.on.1.event"),
        (
            lambda d: d["settings"].update(texts={"on": [{**RESOLVED, "wording": "เรื่อง {name}"}]}),
            "settings.texts.on.0.wording",
        ),
        (
            lambda d: d["settings"].update(standard_texts=[{**DONE, "text": "{phone}"}]),
            "settings.standard_texts.0.text",
        ),
        (lambda d: d["settings"].update(standard_texts=[DONE, DONE]), "settings.standard_texts.1.code"),
        (
            lambda d: d["settings"].update(standard_texts=[{**DONE, "command": "finish"}]),
            "settings.standard_texts.0.command",
        ),
        (
            lambda d: d["settings"].update(standard_texts=[{**DONE, "category": "roads.ghost"}]),
            "settings.standard_texts.0.category",
        ),
    ],
)
def test_a_wrong_file_names_the_field(change: Any, field: str) -> None:
    assert wrong(change)[field]


def test_everything_wrong_is_told_at_once() -> None:
    def change(document: dict[str, Any]) -> None:
        document["services"].append(document["services"][0])
        document["category_groups"][0]["categories"][0]["department"] = "ghost"

    assert set(wrong(change)) == {"services.1.code", "services.1.digit", "category_groups.0.categories.0.department"}


@pytest.mark.parametrize("text", ["", "- a list", "just text", "a: [", "code: !!python/object:os.system x"])
def test_what_is_no_authority_at_all(text: str) -> None:
    with pytest.raises(AuthorityInvalid):
        authority_from_yaml(text)


@pytest.mark.parametrize("code", ["staff", "me", "api", "t"])
def test_a_code_that_the_portal_needs_itself_is_refused(code: str) -> None:
    assert "code" in wrong(lambda document: document.update(code=code))
