"""The authority files that are shipped, and what a wrong one is told."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import yaml

from services.intake.authority import AuthorityInvalid, authority_from, authority_from_yaml
from services.intake.catalogue import category_label, department_ref, find_category, find_service
from services.intake.numbering import PREFIX
from shared.contracts.authority import AuthorityConfigured
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
