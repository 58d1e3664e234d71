"""Staff search in what petitioners wrote, and nobody can read it from the index."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient

from services.tracking import on_petition_erased, on_petition_filed
from services.tracking.search.renewing import renew
from shared.contracts import petition as facts
from shared.contracts.access import AccessSearched
from shared.contracts.envelope import Envelope
from shared.contracts.ownership import PetitionErased
from shared.eventlog.reading import Reader
from shared.messaging.inbox import handle_once
from tests.samples.petitions import HEALTH, WORKS, petitioner
from tests.support.tracking import Case, case, tell
from tests.support.tracking_app import Installation, staff, tracking_in

PETITIONS = "/api/tracking/v1/petitions"
SEARCHES = "/api/tracking/v1/searches"


@pytest.fixture
def app(installed: Installation) -> FastAPI:
    """One process."""
    return installed.app()


@pytest.fixture
def client(installed: Installation, app: FastAPI) -> TestClient:
    """A client without a token."""
    return installed.client(app)


def react(app: FastAPI, queue: str, envelope: Envelope) -> None:
    """What the worker does with a fact of that queue."""
    desk = tracking_in(app).desk
    handle_once(desk.engine, queue, desk.reactions[queue], envelope)


def file(installed: Installation, app: FastAPI, running: int, **told: Any) -> Case:
    """A petition that is in the read model and in the index."""
    one = case(running)
    filed, *_ = tell(installed.logs, one, [("intake", one.filed(**told))])
    installed.catch_up()
    react(app, on_petition_filed.QUEUE, filed)
    return one


def found(client: TestClient, q: str, **more: Any) -> list[str]:
    answer = client.get(PETITIONS, params={"q": q, "sort": "number", **more}, headers=staff())
    assert answer.status_code == 200, answer.text
    return [item["number"] for item in answer.json()["items"]]


def index(installed: Installation) -> list[Any]:
    with installed.database.owner.connect() as connection:
        return list(connection.execute(sa.text("SELECT * FROM tracking.petition_words")))


def test_words_are_found_wherever_they_stand(installed: Installation, app: FastAPI, client: TestClient) -> None:
    road = file(installed, app, 1, subject="ถนนชำรุด", details="เป็นหลุมลึก")
    lamp = file(installed, app, 2, subject="ไฟดับ", details="หน้าตลาดสด ริมถนนใหญ่", category="lights.broken")
    file(installed, app, 3, subject="ขยะตกค้าง", details="ส่งกลิ่นเหม็น", place={"description": "ข้างวัดกะทู้"})
    assert found(client, "ถนน") == [road.number, lamp.number]
    assert found(client, "ถนน หลุม") == [road.number]
    assert found(client, "ถนน", category="lights.broken") == [lamp.number]
    assert found(client, "วัดกะทู้") == ["KT1080767000003"]
    assert found(client, "สะพาน") == found(client, "ๆ") == found(client, "%") == []


def test_numbers_are_found_by_their_beginning(installed: Installation, app: FastAPI, client: TestClient) -> None:
    one = file(installed, app, 1)
    file(installed, app, 2)
    assert len(found(client, "kt1-080767")) == len(found(client, "kt")) == 2
    assert found(client, "๐KT") == []
    assert found(client, one.number) == [one.number]


def test_nothing_can_be_read_from_the_index(installed: Installation, app: FastAPI) -> None:
    file(installed, app, 1, subject="ถนนชำรุด")
    told = str(index(installed))
    assert all(secret not in told for secret in ("ถนน", "ชำรุด", "สมชาย", "66812345678"))


def test_an_erased_person_is_not_found(installed: Installation, app: FastAPI, client: TestClient) -> None:
    one, other = file(installed, app, 1), file(installed, app, 2)
    installed.logs.keyring.erase(one.subject_id)
    (erased,) = tell(installed.logs, one, [("intake", one.fact(PetitionErased))])
    for _ in range(2):
        react(app, on_petition_erased.QUEUE, erased)
    assert found(client, "ถนน") == [other.number]
    assert [row.petition_id for row in index(installed)] == [other.petition_id]


def test_whoever_is_erased_before_is_never_indexed(installed: Installation, app: FastAPI) -> None:
    one = case()
    (filed,) = tell(installed.logs, one, [("intake", one.filed())])
    installed.logs.keyring.erase(one.subject_id)
    react(app, on_petition_filed.QUEUE, filed)
    assert index(installed) == []


def test_the_index_can_be_made_anew(installed: Installation, app: FastAPI, client: TestClient) -> None:
    one = file(installed, app, 1)
    file(installed, app, 2, subject="ไฟดับ", details="มืดมาก")
    before = index(installed)
    assert renew(tracking_in(app).search.indexing, installed.logs.feeds["intake"]) == 2
    assert index(installed) == before
    with installed.database.owner.begin() as transaction:
        transaction.execute(sa.text("DELETE FROM tracking.petition_words"))
    assert found(client, "ถนน") == []
    renew(tracking_in(app).search.indexing, installed.logs.feeds["intake"])
    assert found(client, "ถนน") == [one.number]


def searched(client: TestClient, body: dict[str, str], **claims: str) -> list[str]:
    answer = client.post(SEARCHES, json=body, headers=staff(**claims))
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store"), answer.text
    return sorted(item["number"] for item in answer.json()["items"])


def test_people_are_found_by_phone_and_name(installed: Installation, app: FastAPI, client: TestClient) -> None:
    somchai = file(installed, app, 1)
    suda = file(installed, app, 2, petitioner=petitioner() | {"given_name": "สุดา", "phone": "+66898765432"})
    assert searched(client, {"phone": "081-234-5678"}) == [somchai.number]
    assert searched(client, {"name": "สุดา ใจดี"}) == [suda.number]
    assert searched(client, {"name": "ใจดี"}) == [somchai.number, suda.number]
    assert searched(client, {"name": "ใจ"}) == searched(client, {"phone": "5678"}) == []
    assert searched(client, {"name": "ใจดี"}, authority="ban") == []
    assert searched(client, {"name": "ใจดี"}, department=HEALTH.code) == []
    assert len(searched(client, {"name": "ใจดี"}, department=WORKS.code)) == 2


def test_each_search_is_recorded_without_what_was_asked(
    installed: Installation, app: FastAPI, client: TestClient
) -> None:
    file(installed, app, 1)
    searched(client, {"phone": "0812345678"})
    searched(client, {"phone": "+66 81 234 5678"})
    searched(client, {"name": "สมหญิง"}, role="head")
    log = tracking_in(app).feed.after(0, 10)
    one, same, other = Reader(installed.logs.sealer).read_all(log)
    assert isinstance(one, AccessSearched)
    assert isinstance(same, AccessSearched)
    assert isinstance(other, AccessSearched)
    assert (one.kind, one.hits, other.kind, other.hits, other.role) == ("phone", 1, "name", 0, "head")
    assert one.digest == same.digest != other.digest
    assert "สมหญิง" not in str(log)
    assert "81234" not in str(log)


@pytest.mark.parametrize("body", [{}, {"phone": "1", "name": "x"}, {"name": " "}, {"name": "x" * 101}])
def test_a_search_is_for_one_thing(client: TestClient, app: FastAPI, body: dict[str, str]) -> None:
    assert client.post(SEARCHES, json=body, headers=staff()).status_code == 422
    assert tracking_in(app).feed.head() == 0


def test_what_each_filter_has_is_counted(installed: Installation, app: FastAPI, client: TestClient) -> None:
    worked = file(installed, app, 1)
    file(installed, app, 2, subject="ไฟดับ", details="มืดมาก")
    ended = file(installed, app, 3)
    mine = facts.Officer(id="staff-1", name="เจ้าหน้าที่ ตัวอย่าง")
    tell(installed.logs, worked, [
        ("intake", worked.fact(facts.PetitionAccepted, officer=mine)),
        ("intake", worked.fact(facts.PetitionAssigned, department=WORKS, officer=mine)),
    ])  # fmt: skip
    tell(installed.logs, ended, [("intake", ended.fact(facts.PetitionRejected, reason="นอกเขต"))])
    installed.catch_up()

    def counts(**query: Any) -> Any:
        return client.get(f"{PETITIONS}/counts", params=query, headers=staff()).json()

    assert counts() == {
        "all": 3, "by_status": {"accepted": 1, "filed": 1, "rejected": 1}, "overdue": 2, "mine": 1, "unassigned": 1,
        "reopening_requested": 0,
    }  # fmt: skip
    assert (counts(unassigned=True)["all"], counts(unassigned=False)["all"]) == (1, 2)
    assert counts(q="ถนน")["all"] == 2
    assert counts(status="filed")["by_status"] == {"filed": 1}
    assert counts(category="none") == {
        "all": 0, "by_status": {}, "overdue": 0, "mine": 0, "unassigned": 0, "reopening_requested": 0,
    }  # fmt: skip
