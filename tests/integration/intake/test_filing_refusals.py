"""What is wrong is told at once, in Thai, field by field, and without repeating what was typed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.samples.petitions import address, body, petitioner
from tests.support.gateways import assert_problem, facts_in, fields_of
from tests.support.intake import PETITIONS, IntakeOffice

THAI = re.compile("[ก-๙]")
MOST_OCTETS = 256 * 1024
WRONG_AND_PERSONAL: dict[str, Any] = {
    "authority": "หน่วยงานลับ",
    "service": "บริการลับ",
    "category": "ประเภทลับ",
    "subject": "ก" * 201,
    "details": None,
    "petitioner": {
        "given_name": "12345",
        "citizen_id": "1101700207128",
        "phone": "081999",
        "email": "somchai(at)example.com",
        "address": {"house_no": "", "postal_code": "8312", "subdistrict": "", "district": "", "province": ""},
    },
    "place": {"latitude": "เหนือ", "longitude": 555},
    "uploads": ["../../etc/passwd"],
}


def send(office: IntakeOffice, content: Any) -> httpx.Response:
    """Octets as they are, anything else as JSON that may be stranger than a client would send."""
    octets = content if isinstance(content, bytes | Iterator) else json.dumps(content).encode()
    headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid4())}
    answer: httpx.Response = office.client.post(PETITIONS, content=octets, headers=headers)
    return answer


def test_everything_wrong_is_told_at_once(open_office: IntakeOffice) -> None:
    answer = open_office.post(WRONG_AND_PERSONAL)
    problem = assert_problem(answer, 422)
    assert fields_of(problem) == {
        "authority", "subject", "details", "uploads", "place.latitude", "place.longitude",
        "petitioner.given_name", "petitioner.citizen_id", "petitioner.phone", "petitioner.email",
        "petitioner.address.house_no", "petitioner.address.subdistrict", "petitioner.address.district",
        "petitioner.address.province", "petitioner.address.postal_code",
    }  # fmt: skip
    assert all(THAI.search(error["message"]) for error in problem["errors"])
    typed = ("ลับ", "กกก", "12345", "1101700207128", "081999", "somchai", "8312", "เหนือ", "555", "passwd")
    assert [text for text in typed if text in answer.text] == []


def test_a_petition_can_be_checked_before_it_is_filed(open_office: IntakeOffice) -> None:
    """The same words as filing has; and nothing is stored, limited or remembered."""
    before = facts_in(open_office.url)
    wrong = open_office.client.post(f"{PETITIONS}/checks", json=WRONG_AND_PERSONAL)
    assert wrong.status_code == 200
    assert wrong.json()["errors"] == open_office.post(WRONG_AND_PERSONAL).json()["errors"]
    doubtful = body(petitioner=petitioner(phone="076321500"))
    answer = open_office.client.post(f"{PETITIONS}/checks", json=doubtful).json()
    assert (answer["errors"], fields_of({"errors": answer["warnings"]})) == ([], {"petitioner.phone"})
    assert facts_in(open_office.url) == before


def test_service_and_category_are_those_of_the_authority(open_office: IntakeOffice) -> None:
    problem = assert_problem(open_office.file(service="nowhere", category="roads.nowhere"), 422)
    assert fields_of(problem) == {"service", "category"}


def test_a_service_that_is_not_open_yet_says_so(open_office: IntakeOffice) -> None:
    services = open_office.intake.authorities.all()["kathu"].services
    closed = next(service for service in services if not service.open)
    problem = assert_problem(open_office.file(service=closed.code), 422)
    assert [error["message"] for error in problem["errors"]] == [closed.note]


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff\xfe", b"[]", b"5", b'"text"', b"null", b"true", b"NaN", b"[" * 9_000]
)
def test_what_is_no_json_object_is_refused(open_office: IntakeOffice, content: bytes) -> None:
    answer = send(open_office, content)
    problem = assert_problem(answer, 400 if content.startswith(b"[[") else 422)
    assert THAI.search(problem["detail"])
    assert {error["field"] for error in problem.get("errors", [])} <= {"body"}


@pytest.mark.parametrize("odd", [[], {}, [[]], 1e400, True, ["x"], {"a": 1}, 10**30])
def test_any_json_value_in_any_field_gets_an_answer(open_office: IntakeOffice, odd: Any) -> None:
    names = ("authority", "service", "category", "subject", "details", "petitioner", "place")
    for name in names:
        answer = send(open_office, body(**{name: odd}))
        assert answer.status_code == 422 or (name in ("petitioner", "place") and isinstance(odd, dict)), answer.text
    for name in petitioner():
        answer = send(open_office, body(petitioner=petitioner(**{name: odd})))
        assert answer.status_code == 422, (name, answer.text)


def test_a_structure_as_deep_as_it_may_be_is_an_error_of_its_field(open_office: IntakeOffice) -> None:
    deep = json.dumps(body(subject="DEEP")).replace('"DEEP"', "[" * 900 + "]" * 900)
    answer = send(open_office, deep.encode())
    assert fields_of(assert_problem(answer, 422)) == {"subject"}


def test_halves_of_characters_and_what_nobody_sees_are_left_out(office: IntakeOffice) -> None:
    """Lone surrogates are legal in JSON, and no database takes them."""
    odd = "\ud800ถนน\u0000ชำรุด\udfff\u202e"
    sent = body(subject=odd, petitioner=petitioner(given_name="\udc00สมชาย"))
    answer = send(office, sent)
    assert answer.status_code == 201, answer.text
    with office.intake.engine.connect() as connection:
        (envelope,) = office.intake.log.load(connection, f"petition-{answer.json()['petition_id']}")
    filed = office.intake.reader.read(envelope).model_dump()
    assert (filed["subject"], filed["petitioner"]["given_name"]) == ("ถนนชำรุด", "สมชาย")


def test_a_name_of_surrogates_alone_is_no_name(open_office: IntakeOffice) -> None:
    sent = body(petitioner=petitioner(given_name="\ud800"))
    answer = send(open_office, sent)
    assert fields_of(assert_problem(answer, 422)) == {"petitioner.given_name"}


def test_a_body_that_is_too_large_is_cut_off(open_office: IntakeOffice) -> None:
    large = json.dumps(body(details="x" * MOST_OCTETS)).encode()
    assert_problem(send(open_office, large), 413)

    def without_announcing_it() -> Iterator[bytes]:
        for at in range(0, len(large), 8192):
            yield large[at : at + 8192]

    assert_problem(send(open_office, without_announcing_it()), 413)


def test_what_is_wrong_leaves_nothing_behind(office: IntakeOffice) -> None:
    office.post(WRONG_AND_PERSONAL)
    office.file(petitioner=petitioner(address=address(house_no=None)))
    assert "petition.filed" not in facts_in(office.url)
