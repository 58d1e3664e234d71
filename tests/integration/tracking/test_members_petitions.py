"""A member sees the petitions filed with the account, and those claimed, and nobody else's."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient

from shared.contracts.ownership import PetitionClaimed
from tests.samples.petitions import NOW
from tests.support.tracking import Case, case, tell
from tests.support.tracking_app import Installation, staff

MINE = "/api/tracking/v1/me/petitions"


@pytest.fixture
def client(installed: Installation) -> TestClient:
    """A client without a token."""
    return installed.client(installed.app())


def file(installed: Installation, running: int, member_id: UUID | None) -> Case:
    """One petition of that member, or of somebody who is not logged in, an hour after the one before."""
    one = case(running)
    at = NOW + timedelta(hours=running)
    fact = one.filed(filed_at=at, due_at=at + timedelta(days=15)).model_copy(update={"member_id": member_id})
    tell(installed.logs, one, [("intake", fact)])
    return one


def member(member_id: UUID) -> dict[str, str]:
    """The header of a member."""
    return staff("", "member", sub=str(member_id))


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


def test_a_claimed_petition_is_the_members_and_only_staff_read_of_the_claim(
    installed: Installation, client: TestClient
) -> None:
    me, one = uuid4(), file(installed, 4, None)
    installed.catch_up()
    assert client.get(MINE, headers=member(me)).json() == []
    tell(installed.logs, one, [("intake", one.fact(PetitionClaimed, member_id=me))])
    installed.catch_up()
    assert [each["number"] for each in client.get(MINE, headers=member(me)).json()] == [one.number]
    own = client.get(f"/api/tracking/v1/petitions/{one.number}/own", headers=member(me)).json()
    assert [entry["label"] for entry in own["timeline"]] == ["รอรับเรื่อง"]
    assert own["petitioner"]["given_name"] == "สมชาย"


def test_staff_and_strangers_do_not(client: TestClient) -> None:
    assert client.get(MINE).status_code == 401
    assert client.get(MINE, headers=staff()).status_code == 403
