"""What petitioners answered, and what they ask for, stands where citizens and staff look."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from shared.contracts import petition as facts
from shared.contracts.fact import Fact
from shared.contracts.survey import SurveyAnswered
from shared.kernel import ids
from tests.samples.petitions import NOW
from tests.support.tracking import Case, case, configure, tell
from tests.support.tracking_app import Installation, staff
from tests.support.waiting import eventually

PETITIONS = "/api/tracking/v1/petitions"
STATISTICS = "/api/tracking/v1/statistics"
RESOLVED = {"outcome": "solved", "public_note": "ซ่อมเรียบร้อย"}


@pytest.fixture
def client(installed: Installation) -> TestClient:
    """A client without a token."""
    configure(installed.logs)
    return installed.client(installed.app())


def happens(installed: Installation, one: Case, *told: tuple[str, Fact]) -> None:
    """Put facts into the logs and the read model."""
    tell(installed.logs, one, told)
    installed.catch_up()


def ended(installed: Installation, running: int = 1) -> Case:
    """A petition that was resolved."""
    one = case(running)
    happens(installed, one, ("intake", one.filed()), ("intake", one.fact(facts.PetitionResolved, **RESOLVED)))
    return one


def asked(one: Case) -> tuple[str, Fact]:
    """Its petitioner wants another look."""
    return "intake", one.fact(facts.ReopeningRequested, answer_id=ids.new_id(), resolution=1)


def view(client: TestClient, one: Case) -> dict[str, Any]:
    """Where it stands, for whoever has the code."""
    answer = client.get(f"/api/tracking/v1/t/{one.code}")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def numbers(client: TestClient, **query: Any) -> list[str]:
    """Which petitions the staff's queue holds."""
    items = client.get(PETITIONS, params=query, headers=staff()).json()["items"]
    return [item["number"] for item in items]


def test_a_petition_that_has_ended_may_be_rated_until_it_was(installed: Installation, client: TestClient) -> None:
    one = ended(installed)
    survey = view(client, one)["survey"]
    assert (survey["open"], survey["answered"], survey["reopen_until"]) == (True, False, "2024-07-22T16:59:59Z")
    assert view(client, one)["actions"] == ["rate"]
    happens(installed, one, ("survey", one.answered()))
    assert view(client, one)["survey"] == survey | {"open": False, "answered": True}
    assert view(client, one)["actions"] == []


def test_a_request_and_its_answer_are_in_the_timeline(installed: Installation, client: TestClient) -> None:
    one = ended(installed)
    happens(installed, one, asked(one))
    assert view(client, one)["reopening_requested"] is True
    assert view(client, one)["timeline"][-1]["label"] == "ผู้ร้องขอให้เปิดเรื่องอีกครั้ง"
    declined = one.fact(facts.ReopeningDeclined, reason="ตรวจสอบพื้นที่แล้ว ซ่อมครบถ้วน")
    happens(installed, one, ("intake", declined))
    told = view(client, one)
    assert (told["reopening_requested"], told["status"]) == (False, "resolved")
    assert told["timeline"][-1]["label"] == "ไม่เปิดเรื่องอีกครั้ง"
    assert told["timeline"][-1]["public_note"] == "ตรวจสอบพื้นที่แล้ว ซ่อมครบถ้วน"


def test_staff_find_the_requests_and_read_the_answer(installed: Installation, client: TestClient) -> None:
    one, other = ended(installed, 1), ended(installed, 2)
    happens(installed, one, ("survey", one.answered(rating=1, solved="no", reopen=True)), asked(one))
    assert numbers(client, reopening_requested=True) == [one.number]
    assert numbers(client, reopening_requested=False) == [other.number]
    whole = client.get(f"{PETITIONS}/{one.number}", headers=staff()).json()
    (answer,) = whole["survey_answers"]
    assert {**answer, "at": None} == {
        "resolution": 1, "rating": 1, "solved": "no", "reopen": True, "at": None, "comment": "ยังไม่เรียบดี",
    }  # fmt: skip
    assert whole["reopening_requested"] is True
    happens(installed, one, ("intake", one.fact(facts.PetitionReopened, reason="จะเข้าตรวจสอบอีกครั้ง")))
    assert numbers(client, reopening_requested=True) == []


def test_the_comment_of_an_erased_person_reads_erased(installed: Installation, client: TestClient) -> None:
    one = ended(installed)
    happens(installed, one, ("survey", one.answered()))
    installed.logs.keyring.erase(one.subject_id)
    (answer,) = client.get(f"{PETITIONS}/{one.number}", headers=staff()).json()["survey_answers"]
    assert (answer["comment"], answer["rating"]) == ("ลบแล้ว", 4)


def test_statistics_tell_how_satisfied_people_are(installed: Installation, client: TestClient) -> None:
    query = {"authority": "kathu", "fiscal_year": 2567}
    installed.catch_up()
    assert client.get(STATISTICS, params=query).json()["satisfaction"] == {
        "answers": 0, "mean_rating": None, "solved_share": None,
    }  # fmt: skip
    for running, solved in enumerate(["yes", "partly", "no", "yes"], start=1):
        one = ended(installed, running)
        happens(installed, one, ("survey", one.answered(solved=solved)))
    general = SurveyAnswered(
        answer_id=ids.new_id(), authority="kathu", rating=5, subject_id=ids.new_id(), answered_at=NOW, fiscal_year=2567
    )
    installed.logs.feeds["survey"].append(f"answer-{general.answer_id}", general)
    installed.catch_up()
    expected = {"answers": 5, "mean_rating": 4.2, "solved_share": 0.5}
    eventually(
        lambda: client.get(STATISTICS, params=query).json()["satisfaction"] == expected
    )  # figures are kept a while
    other = client.get(STATISTICS, params=query | {"fiscal_year": 2568}).json()["satisfaction"]
    assert other["answers"] == 0
