"""What the filing pages make of typed fields, and how they tell it."""

from __future__ import annotations

import re

import pytest

from services.documents.uploads.rules import EXTENSIONS
from services.intake.filing import FilingInput
from services.intake.validation import validate
from services.portal.drafts.draft import Draft, with_step
from services.portal.pages.filing.addresses import written_address
from services.portal.pages.filing.steps import (
    DETAILS,
    FIELDS,
    HOME,
    PLACE,
    body_of,
    chosen_area,
    on_step,
    same_as_home,
    typed,
)
from services.portal.rendering import octets
from services.portal.texts.catalogue import translations
from services.portal.texts.gateway_messages import in_language
from shared.contracts.document import UPLOAD_EXTENSIONS
from tests.samples.petitions import AUTHORITIES, address, body, petitioner
from tests.support.filing_portal import DETAILS as TYPED
from tests.support.filing_portal import PLACE as WHERE

THAI = re.compile("[ก-๙]")
EMPTY = Draft(authority="kathu", idempotency_key="key")
WRONG = [
    {},
    body(subject="ก" * 201, details="ก" * 5001),
    body(category="none.such", authority="kathu"),
    body(petitioner=petitioner(given_name="123", family_name="!!", email="x@", phone="12", citizen_id="12")),
    body(petitioner=petitioner(citizen_id="110170020712x", phone="076321500")),
    body(petitioner=petitioner(citizen_id="1101700207128")),
    body(petitioner=petitioner(citizen_id="9101700207121", address={})),
    body(petitioner=petitioner(address=address(postal_code="8312", house_no="1" * 51))),
    body(petitioner=petitioner(address=address(postal_code="83000"))),
    body(petitioner=petitioner(address=address(subdistrict="กมลา", postal_code="10200"))),
    body(petitioner=petitioner(address=address(province="กระบี่"))),
    body(place={"latitude": "x", "longitude": "181"}),
    body(place={"latitude": "91", "longitude": "1"}),
    body(place={"latitude": "1"}),
    body(place={"latitude": "1", "longitude": "1", "description": "ก" * 501}),
]


def test_the_body_of_a_filing_is_what_intake_takes() -> None:
    draft = with_step(with_step(EMPTY, DETAILS, typed(TYPED, DETAILS), 0), PLACE, typed(WHERE, PLACE), 0)
    checked = validate(FilingInput.model_validate(body_of(draft)), AUTHORITIES)
    assert checked.errors == ()
    assert checked.command
    assert checked.command.petitioner.phone == "+66812345678"
    assert checked.command.location
    assert checked.command.location.latitude == 7.9056


def test_what_is_left_empty_is_left_out() -> None:
    draft = with_step(EMPTY, DETAILS, typed({f"{HOME}.find": "กะทู้", "subject": " ถนน \r\n"}, DETAILS), 0)
    assert body_of(draft) == {"authority": "kathu", "service": "oss", "subject": "ถนน", "uploads": []}


def test_a_step_takes_its_own_fields_and_nothing_else() -> None:
    assert typed({"csrf": "x", "place.moo": "2", "subject": "ถนน"}, PLACE).keys() == set(FIELDS[PLACE])
    assert len(typed({"details": "ก" * 100_000}, DETAILS)["details"]) == 20_000


def test_findings_stand_in_the_order_of_the_page() -> None:
    found = {"petitioner.phone": "b", "place.moo": "x", "category": "a", "uploads": "y"}
    assert list(on_step(DETAILS, found)) == ["category", "petitioner.phone"]


@pytest.mark.parametrize("match", ["", "a|b|c", "a|b|c|d|e"])
def test_an_address_that_was_not_in_the_list_fills_in_nothing(match: str) -> None:
    assert chosen_area({"place.match": match}, "place") == {}


def test_the_place_can_be_where_the_petitioner_lives() -> None:
    draft = with_step(EMPTY, DETAILS, typed(TYPED, DETAILS), 0)
    fields = same_as_home(draft)
    assert fields.keys() <= set(FIELDS[PLACE])
    assert fields["place.road"] == "วิชิตสงคราม"


@pytest.mark.parametrize(
    ("area", "thai", "english"),
    [
        (("กะทู้", "กะทู้", "ภูเก็ต"), "ตำบลกะทู้ อำเภอกะทู้ จังหวัดภูเก็ต", "กะทู้, กะทู้, ภูเก็ต"),
        (("ต.กะทู้", "อำเภอกะทู้", "จ.ภูเก็ต"), "ตำบลกะทู้ อำเภอกะทู้ จังหวัดภูเก็ต", "กะทู้, กะทู้, ภูเก็ต"),
        (("ลาดยาว", "เขตจตุจักร", "กทม."), "แขวงลาดยาว เขตจตุจักร กรุงเทพมหานคร", "ลาดยาว, จตุจักร, กรุงเทพมหานคร"),
    ],
)
def test_addresses_are_written_as_people_read_them(area: tuple[str, str, str], thai: str, english: str) -> None:
    names = dict(zip(("a.subdistrict", "a.district", "a.province"), area, strict=True))
    assert written_address({**names, "a.house_no": "12"}, "a", "th") == f"เลขที่ 12 {thai}"
    assert written_address({**names, "a.moo": "2"}, "a", "en") == f"Moo 2, {english}"
    assert written_address({}, "a", "th") == ""


@pytest.mark.parametrize("filing", WRONG)
def test_what_intake_finds_is_said_in_english_too(filing: dict[str, object]) -> None:
    checked = validate(FilingInput.model_validate(filing), AUTHORITIES)
    gettext = translations("en").gettext
    found = [*checked.errors, *checked.warnings]
    assert found
    assert [each.message for each in found if THAI.search(in_language(each.message, gettext))] == []


def test_thai_readers_read_what_intake_says() -> None:
    said = [
        each.message for filing in WRONG for each in validate(FilingInput.model_validate(filing), AUTHORITIES).errors
    ]
    assert [in_language(message, translations("th").gettext) for message in said] == said


def test_documents_and_the_pages_promise_the_same_types() -> None:
    assert set(UPLOAD_EXTENSIONS) == set(EXTENSIONS)


@pytest.mark.parametrize(("size", "told"), [(1, "1 KB"), (300_000, "293 KB"), (5 * 1024 * 1024, "5.0 MB")])
def test_sizes(size: int, told: str) -> None:
    assert octets(size) == told
