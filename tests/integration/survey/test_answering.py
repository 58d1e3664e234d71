"""Petitioners say how it went, once for each end of their petition; everybody may say it of an authority."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shared.contracts import petition as facts
from shared.kernel import clock
from tests.support.feeds import EPOCH
from tests.support.gateways import assert_problem, erase, fields_of, raw_log, rows, together
from tests.support.survey import LAST4, SurveyOffice

COMMENT = "ซ่อมเร็วมาก แต่หน้าบ้านยังเป็นหลุม"
UNKNOWN = "KT1080767999999"
ASKS = {"solved": "no", "reopen": True}


def test_the_tracking_code_opens_the_answer(office: SurveyOffice) -> None:
    one = office.ended()
    answer = office.rate(one, comment=f"  {COMMENT}\u200b ")
    assert answer.status_code == 201, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    told = answer.json()
    assert told.pop("answer_id")
    assert told == {
        "authority": "kathu", "number": one.case.number, "resolution": 1, "rating": 4, "solved": "yes", "reopen": False,
        "answered_at": "2024-07-09T11:00:00Z",
    }  # fmt: skip
    (data,) = rows(office.url, "SELECT data FROM eventlog.facts")
    assert data[0]["fiscal_year"] == 2567
    assert COMMENT not in raw_log(office.url)


def test_number_and_last_digits_open_it_too(office: SurveyOffice) -> None:
    one = office.ended()
    answer = office.answer(number=f" {one.case.number.lower()}", phone_last4="๕๖๗๘", rating=5, solved="partly")
    assert answer.status_code == 201, answer.text


def test_what_does_not_fit_looks_alike(office: SurveyOffice) -> None:
    one = office.ended()
    told: dict[str, Any] = {"rating": 5, "solved": "yes"}
    wrong = office.answer(number=one.case.number, phone_last4="0000", **told)
    unknown = office.answer(number=UNKNOWN, phone_last4=LAST4, **told)
    code = office.answer(tracking_code="ZZZZZZZ", **told)
    erase(office.keyring_url, one.case.subject_id)
    erased = office.answer(number=one.case.number, phone_last4=LAST4, **told)
    assert {answer.status_code for answer in (wrong, unknown, code, erased)} == {404}
    assert wrong.content == unknown.content == code.content == erased.content
    assert office.recorded() == []


def test_wrong_digits_close_a_number(office: SurveyOffice) -> None:
    one = office.ended()
    told: dict[str, Any] = {"number": one.case.number, "rating": 5, "solved": "yes"}
    answers = [office.answer(phone_last4="0000", **told).status_code for _ in range(6)]
    assert answers == [404] * 5 + [429]
    refused = office.answer(phone_last4=LAST4, **told)
    assert assert_problem(refused, 429)["type"] == "urn:khamrong:too-many-failures"
    assert office.rate(one).status_code == 201


def test_a_second_answer_is_refused(office: SurveyOffice) -> None:
    one = office.ended()
    office.rate(one)
    problem = assert_problem(office.rate(one, rating=1, solved="no"), 409)
    assert problem["type"] == "urn:khamrong:answered-before"
    assert office.recorded() == ["survey.answered"]


def test_of_many_at_once_one_is_stored(office: SurveyOffice) -> None:
    one = office.ended()
    answers = together(lambda n: office.rate(one, rating=n % 5 + 1).status_code, *range(16))
    assert sorted(answers) == [201] + [409] * 15
    assert office.recorded() == ["survey.answered"]


def test_each_resolution_gives_a_new_chance(office: SurveyOffice) -> None:
    one = office.ended()
    office.rate(one)
    one.reopened()
    office.follow()
    assert assert_problem(office.rate(one), 409)["type"] == "urn:khamrong:petition-not-ended"
    one.resolved()
    office.follow()
    assert office.rate(one).json()["resolution"] == 2
    assert office.rate(one).status_code == 409


def test_rejected_and_closed_petitions_may_be_rated_and_open_ones_not(office: SurveyOffice) -> None:
    one, other = office.petition(1), office.petition(2)
    office.follow()
    assert office.rate(one).status_code == 409
    one.happens(facts.PetitionRejected, reason="นอกเขต")
    other.resolved()
    other.happens(facts.PetitionClosed)
    office.follow()
    assert [office.rate(each).status_code for each in (one, other)] == [201, 201]


def test_an_answer_may_ask_to_reopen(office: SurveyOffice) -> None:
    one = office.ended()
    assert office.rate(one, **ASKS).json()["reopen"] is True
    (data,) = rows(office.url, "SELECT data FROM eventlog.facts")
    assert (data[0]["reopen"], data[0]["petition_id"]) == (True, str(one.case.petition_id))


@pytest.mark.parametrize(("days", "status"), [(14, 201), (15, 409)])
def test_until_the_authoritys_days_are_over(
    office: SurveyOffice, monkeypatch: pytest.MonkeyPatch, days: int, status: int
) -> None:
    one = office.ended()
    monkeypatch.setattr(clock, "now", lambda: EPOCH + timedelta(days=days, hours=5))
    answer = office.rate(one, **ASKS)
    assert answer.status_code == status
    if status == 409:
        problem = assert_problem(answer, 409)
        assert (problem["type"], "22 ก.ค. 2567" in problem["detail"]) == ("urn:khamrong:reopening-too-late", True)
        assert office.rate(one).status_code == 201


def test_an_authority_may_offer_no_reopening(office: SurveyOffice) -> None:
    office.configure(reopen_days=0)
    problem = assert_problem(office.rate(office.ended(), **ASKS), 409)
    assert problem["type"] == "urn:khamrong:reopening-not-offered"


def test_the_same_request_gives_the_same_answer(office: SurveyOffice) -> None:
    one = office.ended()
    first, again = office.rate(one, "a key"), office.rate(one, "a key")
    assert first.content == again.content
    assert (first.status_code, again.status_code) == (201, 201)
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert_problem(office.rate(one, "a key", rating=1), 422)
    assert_problem(office.rate(one, "k" * 256), 400)
    assert office.recorded() == ["survey.answered"]


def test_the_same_request_many_times_at_once_gives_the_same_answer(office: SurveyOffice) -> None:
    one = office.ended()
    of_petition = together(lambda _: office.rate(one, "a key"), *range(12))
    general = together(lambda _: office.answer("another", authority="kathu", rating=3), *range(12))
    for answers in (of_petition, general):
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.content for answer in answers}) == 1
    assert office.recorded() == ["survey.answered"] * 2


def test_anybody_may_rate_an_authority_a_few_times(office: SurveyOffice) -> None:
    office.follow()
    answers = [office.answer(authority="kathu", rating=5, comment=COMMENT) for _ in range(21)]
    assert [answer.status_code for answer in answers] == [201] * 20 + [429]
    assert_problem(office.answer(authority="nowhere", rating=5), 404)
    (told,) = {(each["number"], each["resolution"], each["solved"]) for each in (a.json() for a in answers[:20])}
    assert told == (None, None, None)
    assert COMMENT not in raw_log(office.url)
    subjects = rows(office.url, "SELECT DISTINCT data ->> 'subject_id' FROM eventlog.facts")
    assert len(subjects) == 20


def test_an_erased_person_may_rate_without_a_comment(office: SurveyOffice) -> None:
    one = office.ended()
    erase(office.keyring_url, one.case.subject_id)
    assert assert_problem(office.rate(one, comment=COMMENT), 409)["type"] == "urn:khamrong:subject-erased"
    assert office.rate(one).status_code == 201


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"rating"}),
        ({"rating": 5}, {"tracking_code"}),
        ({"tracking_code": "6D0M5B1"}, {"rating"}),
        ({"tracking_code": "6D0M5B1", "rating": 5}, {"solved"}),
        ({"tracking_code": "6D0M5B1", "rating": 6, "solved": "yes"}, {"rating"}),
        ({"tracking_code": "6D0M5B1", "rating": True, "solved": "yes"}, {"rating"}),
        ({"tracking_code": "6D0M5B1", "rating": 5, "solved": "maybe"}, {"solved"}),
        ({"tracking_code": "6D0M5B1", "rating": 5, "solved": "yes", "comment": "ก" * 2001}, {"comment"}),
        ({"tracking_code": "6D0M5B1", "rating": 5, "solved": "yes", "comment": 5}, {"comment"}),
        ({"tracking_code": "6D0M5B1", "rating": 5, "solved": "yes", "reopen": True}, {"reopen"}),
        ({"tracking_code": "6D0M5B1", "rating": 5, "solved": "no", "reopen": "yes"}, {"reopen"}),
        ({"tracking_code": "6D0M5B1", "authority": "kathu", "rating": 5}, {"authority"}),
        ({"number": UNKNOWN, "rating": 5, "solved": "yes"}, {"phone_last4"}),
        ({"number": UNKNOWN, "phone_last4": "12a4", "rating": 5, "solved": "yes"}, {"phone_last4"}),
        ({"phone_last4": "1234", "rating": 5, "solved": "yes"}, {"number"}),
        ({"authority": "kathu", "rating": 5, "solved": "no", "reopen": True}, {"solved", "reopen"}),
    ],
)
def test_each_mistake_is_named_in_thai(office: SurveyOffice, body: dict[str, Any], fields: set[str]) -> None:
    problem = assert_problem(office.answer(**body), 422)
    assert fields_of(problem) >= fields
    assert all(any("\u0e00" <= letter <= "\u0e7f" for letter in each["message"]) for each in problem["errors"])
    assert office.recorded() == []
