"""The login as a state machine, and what a provider's claims make of a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.identity.login import (
    LIFETIME,
    Answer,
    Attempt,
    Expected,
    LoginRefused,
    Problem,
    Reason,
    accepted_code,
    person_of,
)

AT = datetime(2026, 11, 26, tzinfo=UTC)
ATTEMPT = Attempt("state", "nonce", "verifier", "browser", "thaid", "/me/", AT)
THAID = Expected("thaid", "https://thaid.example", names_itself=False)
ANSWER = Answer(code="code")
NAMES = {"citizen_id": "pid", "given_name": "given_name", "family_name": "family_name", "assurance_level": "ial"}
CLAIMS = {"sub": "1", "pid": "1101700207129", "given_name": "สมชาย", "family_name": "ใจดี", "ial": "2.3"}


def reason_of(attempt: Attempt, browser: str, answer: Answer, expected: Expected, at: datetime) -> Reason | None:
    """Why it is refused; None when it is not."""
    try:
        accepted_code(attempt, browser, answer, expected, at)
    except LoginRefused as refused:
        return refused.reason
    return None


def test_the_right_answer_in_time_gives_the_code() -> None:
    assert accepted_code(ATTEMPT, "browser", ANSWER, THAID, AT + LIFETIME) == "code"
    named = replace(ANSWER, issuer=THAID.issuer)
    assert accepted_code(ATTEMPT, "browser", named, replace(THAID, names_itself=True), AT) == "code"


@pytest.mark.parametrize(
    ("browser", "answer", "expected", "after", "reason"),
    [
        ("other", ANSWER, THAID, timedelta(0), Reason.OTHER_BROWSER),
        ("browser", ANSWER, replace(THAID, provider="dga"), timedelta(0), Reason.OTHER_PROVIDER),
        ("browser", replace(ANSWER, issuer="https://dga.example"), THAID, timedelta(0), Reason.OTHER_ISSUER),
        ("browser", ANSWER, replace(THAID, names_itself=True), timedelta(0), Reason.OTHER_ISSUER),
        ("browser", ANSWER, THAID, LIFETIME + timedelta(seconds=1), Reason.EXPIRED),
        ("browser", Answer(), THAID, timedelta(0), Reason.PROVIDER_ERROR),
        ("browser", Answer(code="code", error="server_error"), THAID, timedelta(0), Reason.PROVIDER_ERROR),
        ("browser", Answer(error="access_denied"), THAID, timedelta(0), Reason.CANCELLED),
    ],
)
def test_anything_else_is_refused(
    browser: str, answer: Answer, expected: Expected, after: timedelta, reason: Reason
) -> None:
    assert reason_of(ATTEMPT, browser, answer, expected, AT + after) is reason


def test_people_are_told_what_they_can_do_something_about() -> None:
    told = {reason: LoginRefused(reason).problem for reason in Reason}
    assert told[Reason.CANCELLED] is Problem.CANCELLED
    assert told[Reason.OTHER_BROWSER] is told[Reason.EXPIRED] is Problem.EXPIRED
    assert told[Reason.UNAVAILABLE] is Problem.UNAVAILABLE
    assert told[Reason.TOKEN_INVALID] is told[Reason.ACCOUNT_OF_ANOTHER] is Problem.REFUSED


def test_secrets_and_persons_do_not_show_in_texts() -> None:
    person = person_of("https://thaid.example", CLAIMS, NAMES)
    for text in (repr(ATTEMPT), repr(ANSWER), repr(person), str(LoginRefused(Reason.TOKEN_INVALID))):
        assert not any(secret in text for secret in ("nonce'", "verifier'", "'code'", "1101700207129", "สมชาย"))


@pytest.mark.parametrize(
    ("told", "level"),
    [("2.3", "2.3"), ("urn:th:ial:2.3", "2.3"), (2.3, "2.3"), ("<b>", None), (None, None), ([], None)],
)
def test_the_assurance_level_is_read_in_every_form(told: Any, level: str | None) -> None:
    assert person_of("i", {**CLAIMS, "ial": told}, NAMES).assurance_level == level


def test_names_are_one_clean_line() -> None:
    person = person_of("i", {**CLAIMS, "given_name": " สม\u200bชาย\n ", "family_name": {"th": "ใจดี"}}, NAMES)
    assert (person.given_name, person.family_name) == ("สมชาย", None)


@pytest.mark.parametrize("number", [None, "", "1101700207128", "0101700207129", 7, ["1101700207129"], "x" * 13])
def test_without_a_right_citizen_number_nobody_is_known(number: Any) -> None:
    with pytest.raises(LoginRefused) as refused:
        person_of("i", {**CLAIMS, "pid": number}, NAMES)
    assert refused.value.reason is Reason.CITIZEN_NUMBER_MISSING


def test_without_a_name_nobody_is_known() -> None:
    with pytest.raises(LoginRefused) as refused:
        person_of("i", {**CLAIMS, "given_name": " "}, NAMES)
    assert refused.value.reason is Reason.NAME_MISSING
