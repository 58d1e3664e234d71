"""How often one client, and one phone, may file."""

from __future__ import annotations

import pytest

from tests.samples.petitions import petitioner
from tests.support.gateways import assert_problem, together
from tests.support.intake import intake_office


@pytest.mark.parametrize(
    ("limits", "allowed"),
    [
        ({"filing_limit_per_client": "3/hour"}, 3),
        ({"filing_limit_per_phone": "2/minute"}, 2),
        ({"filing_limit_per_phone": "5/minute;1/hour"}, 1),
        ({"filing_limit_per_client": "4/hour", "filing_limit_per_phone": "3/hour"}, 3),
    ],
)
def test_over_the_limit_is_429_and_says_when(
    intake_url: str, keyring_url: str, limits: dict[str, str], allowed: int
) -> None:
    with intake_office(intake_url, keyring_url, **limits) as office:
        assert [office.file().status_code for _ in range(allowed)] == [201] * allowed
        answer = office.file()
        problem = assert_problem(answer, 429)
    unit = 60 if "minute" in str(limits) and allowed == 2 else 3600
    assert 1 <= int(answer.headers["retry-after"]) <= unit
    assert "081" not in problem["detail"]


def test_another_phone_is_another_count(intake_url: str, keyring_url: str) -> None:
    """However the number is written, it is the same phone."""
    with intake_office(intake_url, keyring_url, filing_limit_per_phone="1/hour") as office:
        spellings = ("0812345678", "+66 81 234 5678", "๐๘๑-๒๓๔-๕๖๗๘", "0898765432")
        answers = [office.file(petitioner=petitioner(phone=phone)) for phone in spellings]
    assert [answer.status_code for answer in answers] == [201, 429, 429, 201]


def test_what_was_wrong_does_not_count(intake_url: str, keyring_url: str) -> None:
    with intake_office(intake_url, keyring_url, filing_limit_per_client="1/hour") as office:
        assert [office.file(details="").status_code for _ in range(3)] == [422, 422, 422]
        assert office.file().status_code == 201


def test_a_repeated_request_is_answered_again_and_does_not_count(intake_url: str, keyring_url: str) -> None:
    """The connection broke and the citizen's browser tries again: the petition is stored, and its number shown."""
    with intake_office(intake_url, keyring_url, filing_limit_per_phone="2/hour") as office:
        answers = [office.file("again and again") for _ in range(4)]
        assert {(answer.status_code, answer.json()["number"]) for answer in answers} == {
            (201, answers[0].json()["number"])
        }
        assert [office.file().status_code for _ in range(2)] == [201, 429]
        assert office.file("again and again").status_code == 201


def test_many_at_once_do_not_slip_through(intake_url: str, keyring_url: str) -> None:
    with intake_office(intake_url, keyring_url, filing_limit_per_phone="3/hour") as office:
        answers = together(lambda _: office.file(), *range(16), threads=16)
    assert sorted(answer.status_code for answer in answers) == [201] * 3 + [429] * 13
