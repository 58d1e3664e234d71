"""A member sees the petitions filed with the account, and nobody else's."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient

from tests.samples.petitions import NOW
from tests.support.tracking import Case, case, tell
from tests.support.tracking_app import Installation, staff

MINE = "/api/tracking/v1/me/petitions"


@pytest.fixture
def client(installed: Installation) -> TestClient:
    """A client without a token."""
    return installed.client(installed.app())


def file(installed: Installation, running: int, subject_id: UUID) -> Case:
    """One petition of that person, an hour after the one before."""
    one = case(running)
    at = NOW + timedelta(hours=running)
    fact = one.filed(filed_at=at, due_at=at + timedelta(days=15)).model_copy(update={"subject_id": subject_id})
    tell(installed.logs, one, [("intake", fact)])
    return one


def member(subject_id: UUID) -> dict[str, str]:
    """The header of a member."""
    return staff("", "member", sub=str(subject_id))


def test_a_member_sees_the_own_petitions_newest_first(installed: Installation, client: TestClient) -> None:
    me, other = uuid4(), uuid4()
    mine = [file(installed, running, me) for running in (1, 2)]
    file(installed, 3, other)
    installed.catch_up()
    answer = client.get(MINE, headers=member(me))
    assert answer.headers["cache-control"] == "no-store"
    assert [each["number"] for each in answer.json()] == [mine[1].number, mine[0].number]
    assert answer.json()[0]["subject"] == "ถนนชำรุด"
    assert answer.json()[0]["status"] == "filed"
    assert client.get(MINE, headers=member(uuid4())).json() == []
    own = f"/api/tracking/v1/petitions/{mine[0].number}/own"
    assert client.get(own, headers=member(me)).json()["number"] == mine[0].number
    assert client.get(own, headers=member(other)).status_code == 403


def test_staff_and_strangers_do_not(client: TestClient) -> None:
    assert client.get(MINE).status_code == 401
    assert client.get(MINE, headers=staff()).status_code == 403
