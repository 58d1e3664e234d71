"""What a filing is answered with, and that the same request gets the same answer."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from shared.eventlog.chain import verify
from shared.gateway.capability import opens
from shared.kernel import clock
from tests.samples.petitions import address, body, petitioner
from tests.support.facts import PERSONAL_TEXTS
from tests.support.gateways import CAPABILITY_KEY, PUBLIC_URL, assert_problem, facts_in, rows, together
from tests.support.intake import PETITIONS, IntakeOffice, intake_office


def test_a_petition_is_stored_and_its_number_shown(office: IntakeOffice) -> None:
    answer = office.file()
    assert answer.status_code == 201
    told = answer.json()
    number = told["number"]
    assert re.fullmatch(r"KT1[0-9]{6}000001", number)
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{7}", told["tracking_code"])
    assert told["tracking_url"] == f"{PUBLIC_URL}/t/{told['tracking_code']}"
    assert (told["status"], told["warnings"]) == ("filed", [])
    assert answer.headers["location"] == f"{PUBLIC_URL}/api/tracking/v1/petitions/{number}"
    assert answer.headers["cache-control"] == "no-store"
    assert rows(office.url, "SELECT number, petition_id::text, authority FROM petitions") == [
        (number, told["petition_id"], "kathu")
    ]
    filed_at = datetime.fromisoformat(told["filed_at"])
    assert abs(clock.now() - filed_at) < timedelta(seconds=30)
    assert filed_at.utcoffset() == UTC.utcoffset(None)


def test_the_link_to_the_form_opens_this_form_for_an_hour(
    open_office: IntakeOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = open_office.file().json()
    parts = urlsplit(told["form_url"])
    assert parts.path == f"/api/documents/v1/petitions/{told['number']}/form.pdf"
    (capability,) = parse_qs(parts.query)["capability"]
    assert opens(CAPABILITY_KEY, capability, told["number"])
    assert not opens(CAPABILITY_KEY, capability, "KT1080767000011")
    later = clock.now() + timedelta(minutes=61)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert not opens(CAPABILITY_KEY, capability, told["number"])


def test_what_may_be_wrong_is_a_warning_and_is_filed_all_the_same(open_office: IntakeOffice) -> None:
    told = open_office.file(
        petitioner=petitioner(phone="076321500", address=address(postal_code="10200")),
        place={"latitude": 1.0, "longitude": 2.0},
    ).json()
    assert {warning["field"] for warning in told["warnings"]} == {
        "petitioner.phone", "petitioner.address.postal_code", "place.latitude",
    }  # fmt: skip


def test_the_same_key_and_body_get_the_same_answer_and_one_petition(office: IntakeOffice) -> None:
    first, again = office.file("a key"), office.file("a key")
    assert (first.status_code, again.status_code) == (201, 201)
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    one, other = first.json(), again.json()
    one.pop("form_url")
    other.pop("form_url")
    assert one == other
    assert facts_in(office.url).count("petition.filed") == 1


def test_the_order_of_members_does_not_make_another_body(open_office: IntakeOffice) -> None:
    content = body()
    first = open_office.post(content, "in order")
    again = open_office.post(dict(reversed(content.items())), "in order")
    assert first.json()["number"] == again.json()["number"]


def test_the_same_key_with_another_body_is_refused(open_office: IntakeOffice) -> None:
    assert open_office.file("used").status_code == 201
    problem = assert_problem(open_office.file("used", subject="เรื่องอื่น"), 422)
    assert problem["type"] == "urn:khamrong:idempotency-key-reused"


@pytest.mark.parametrize(("key", "kind"), [("", "missing"), ("k" * 256, "too-long")])
def test_a_key_has_1_to_255_characters(open_office: IntakeOffice, key: str, kind: str) -> None:
    answer = open_office.client.post(PETITIONS, json=body(), headers={"Idempotency-Key": key} if key else {})
    assert assert_problem(answer, 400)["type"] == f"urn:khamrong:idempotency-key-{kind}"
    assert open_office.file("k" * 255).status_code == 201


def test_one_key_many_times_at_once_is_one_petition(office: IntakeOffice) -> None:
    answers = together(lambda _: office.file("pressed often"), *range(16), threads=16)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["number"] for answer in answers}) == 1
    assert facts_in(office.url).count("petition.filed") == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1


def test_one_key_at_two_gateways_at_once_is_one_petition(office: IntakeOffice) -> None:
    with intake_office(office.url, office.keyring_url) as second:
        offices = [office, second] * 8
        answers = together(lambda each: each.file("at both"), *offices, threads=16)
    assert {(answer.status_code, answer.json()["number"]) for answer in answers} == {(201, answers[0].json()["number"])}
    assert facts_in(office.url).count("petition.filed") == 1


def test_a_key_with_two_bodies_at_once_files_one_of_them(office: IntakeOffice) -> None:
    answers = together(lambda n: office.file("torn", subject=f"เรื่องที่ {n}"), *range(8))
    assert sorted(answer.status_code for answer in answers) == [201, *[422] * 7]
    assert facts_in(office.url).count("petition.filed") == 1


def test_the_answer_stands_when_the_service_is_closed_meanwhile(office: IntakeOffice) -> None:
    """What was stored is not refused because the authority's profile says something else by now."""
    first = office.file("before it closed")
    profile = office.intake.authorities.all()["kathu"]
    closed = tuple(service.model_copy(update={"open": False}) for service in profile.services)
    office.intake.authorities.apply(profile.model_copy(update={"services": closed}), "operator")
    assert office.file().status_code == 422
    assert office.file("before it closed").json()["number"] == first.json()["number"]


def test_nothing_personal_is_stored_in_clear_and_the_chain_holds(office: IntakeOffice) -> None:
    code = office.file().json()["tracking_code"]
    ((stored,),) = rows(
        office.url, "SELECT (data - 'authority_snapshot')::text FROM eventlog.facts WHERE type = 'petition.filed'"
    )
    personal = ("0812345678", "หน้าบ้านเลขที่", code, *PERSONAL_TEXTS)
    assert [text for text in personal if text in stored] == []
    with office.intake.engine.connect() as connection:
        assert verify(connection).broken_at is None
