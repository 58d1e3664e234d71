"""Who looked at whom is in tracking's own log before it is shown."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient

from shared.contracts.access import AccessRefused, AccessRevealed
from shared.contracts.envelope import Envelope
from shared.contracts.fact import Fact
from shared.eventlog.reading import Reader
from shared.eventlog.sealing import Sealer
from tests.samples.petitions import HEALTH, WORKS
from tests.support.tracking import Case, case, history_of, tell
from tests.support.tracking_app import Installation, staff, tracking_in

PETITIONS = "/api/tracking/v1/petitions"
REASON = {"reason": "โทรนัดหมายเข้าซ่อม"}


@pytest.fixture
def app(installed: Installation) -> FastAPI:
    """One process."""
    return installed.app()


@pytest.fixture
def client(installed: Installation, app: FastAPI) -> TestClient:
    """A client without a token."""
    return installed.client(app)


@pytest.fixture
def one(installed: Installation) -> Case:
    """A petition with its whole history."""
    told = case()
    tell(installed.logs, told, history_of(told))
    installed.catch_up()
    return told


def recorded(app: FastAPI) -> list[Envelope]:
    """Tracking's own log."""
    return tracking_in(app).feed.after(0, 100)


def opened(installed: Installation, app: FastAPI) -> list[Fact]:
    """The same, read with the keys."""
    return Reader(Sealer(installed.logs.keyring)).read_all(recorded(app))


def reveal(client: TestClient, number: str, body: dict[str, Any] = REASON, **claims: str) -> Any:
    return client.post(f"{PETITIONS}/{number}/reveal", json=body, headers=staff(**claims))


def test_a_petitioner_is_masked(client: TestClient, app: FastAPI, one: Case) -> None:
    answer = client.get(f"{PETITIONS}/{one.number}", headers=staff())
    person = answer.json()["petitioner"]
    assert (person["given_name"], person["phone"], person["citizen_id"]) == ("ส.", "081 234 xxxx", "ปกปิด")
    assert all(told not in answer.text for told in ("สมชาย", "ใจดี", "+66812345678", "1101700207129"))
    assert recorded(app) == []


def test_revealing_is_recorded_with_its_reason(
    installed: Installation, client: TestClient, app: FastAPI, one: Case
) -> None:
    answer = reveal(client, one.number.lower())
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    shown = answer.json()
    assert (shown["petitioner"]["given_name"], shown["petitioner"]["phone"]) == ("สมชาย", "+66812345678")
    assert (shown["revealed"], shown["petitioner"]["citizen_id"]) == (True, "1101700207129")
    (fact,) = opened(installed, app)
    assert isinstance(fact, AccessRevealed)
    assert (fact.petition_id, fact.number, fact.subject_id) == (one.petition_id, one.number, one.subject_id)
    assert (fact.reason, fact.role) == (REASON["reason"], "officer")
    (envelope,) = recorded(app)
    assert (envelope.actor, envelope.authority) == ("staff-1", "kathu")
    assert REASON["reason"] not in str(envelope.data)


@pytest.mark.parametrize("body", [{}, {"reason": "  \n "}, {"reason": "x" * 301}])
def test_nobody_is_revealed_without_a_reason(client: TestClient, app: FastAPI, one: Case, body: dict[str, str]) -> None:
    assert reveal(client, one.number, body).status_code == 422
    assert recorded(app) == []


def test_what_cannot_be_recorded_is_not_shown(
    installed: Installation, client: TestClient, app: FastAPI, one: Case
) -> None:
    with installed.database.owner.begin() as transaction:
        transaction.execute(sa.text("REVOKE EXECUTE ON FUNCTION eventlog.append FROM khamrong_app"))
    answer = reveal(client, one.number)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "สมชาย" not in answer.text
    assert recorded(app) == []


def test_of_the_erased_there_is_nothing_to_reveal(
    installed: Installation, client: TestClient, app: FastAPI, one: Case
) -> None:
    installed.logs.keyring.erase(one.subject_id)
    answer = reveal(client, one.number)
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:khamrong:subject-erased")
    assert recorded(app) == []


@pytest.mark.parametrize("way", ["read", "reveal"])
def test_who_asks_for_what_is_anothers_is_refused_and_recorded(
    installed: Installation, client: TestClient, app: FastAPI, one: Case, way: str
) -> None:
    callers = [staff(authority="ban"), staff(department=WORKS.code)]
    for headers in callers:
        answer = (
            client.get(f"{PETITIONS}/{one.number}", headers=headers)
            if way == "read"
            else client.post(f"{PETITIONS}/{one.number}/reveal", json=REASON, headers=headers)
        )
        assert answer.status_code == 403
    theirs, same = opened(installed, app)
    assert isinstance(theirs, AccessRefused)
    assert isinstance(same, AccessRefused)
    assert (theirs.number, theirs.authority, theirs.from_authority) == (one.number, "kathu", "ban")
    assert (same.department, same.from_department) == (HEALTH.code, WORKS.code)


def test_asking_for_the_list_of_another_department_is_recorded(
    installed: Installation, client: TestClient, app: FastAPI
) -> None:
    headers = staff(department=WORKS.code)
    assert client.get(PETITIONS, params={"department": HEALTH.code}, headers=headers).status_code == 403
    (fact,) = opened(installed, app)
    assert isinstance(fact, AccessRefused)
    assert (fact.number, fact.department, fact.from_department) == (None, HEALTH.code, WORKS.code)


def test_auditors_read_the_log(client: TestClient, app: FastAPI, one: Case) -> None:
    reveal(client, one.number)
    feed = "/api/tracking/v1/log"
    (told,) = client.get(feed, headers=staff(role="auditor")).json()
    assert (told["type"], told["data"]["number"]) == ("access.revealed", one.number)
    assert client.get(feed, headers=staff(authority="ban", role="auditor")).json() == []
    assert client.get(feed, headers=staff()).status_code == 403
