"""Whoever is about to file sees what is open nearby, and nothing of anybody."""

from __future__ import annotations

from math import cos, radians
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from services.tracking.queries.nearby import Around, statement
from shared.contracts import petition as facts
from tests.samples.petitions import OFFICER
from tests.support.gateways import assert_problem, fields_of
from tests.support.tracking import Case, TrackingDatabase, case, configure, tell
from tests.support.tracking_app import Installation, staff
from tests.support.tracking_rows import CENTRE, generate, plan_of

NEARBY = "/api/tracking/v1/nearby"
METRE = 1 / 111_194.93
"""Degrees of latitude."""


def north(metres: float) -> dict[str, float]:
    return {"latitude": CENTRE[0] + metres * METRE, "longitude": CENTRE[1]}


def east(metres: float) -> dict[str, float]:
    return {"latitude": CENTRE[0], "longitude": CENTRE[1] + metres * METRE / cos(radians(CENTRE[0]))}


def file(
    installed: Installation, running: int, location: dict[str, float] | None, authority: str = "kathu", **changed: Any
) -> Case:
    """A petition at a place."""
    one = case(running, authority=authority)
    tell(installed.logs, one, [("intake", one.filed(location=location, **changed))])
    return one


def ask(client: httpx.Client, **changed: Any) -> httpx.Response:
    here = {"authority": "kathu", "category": "roads.surface", "latitude": CENTRE[0], "longitude": CENTRE[1]}
    return client.get(NEARBY, params=here | changed)


@pytest.fixture
def client(installed: Installation) -> TestClient:
    configure(installed.logs)
    configure(installed.logs, "ban")
    return installed.client(installed.app())


def told(client: httpx.Client, **changed: Any) -> list[int]:
    answer = ask(client, **changed)
    assert answer.status_code == 200, answer.text
    return [each["distance_m"] for each in answer.json()]


def test_open_petitions_within_the_circle_newest_first(installed: Installation, client: TestClient) -> None:
    places = [north(0), north(49.8), north(50.4), east(-30), east(51), {"latitude": CENTRE[0] + 40 * METRE,
              "longitude": CENTRE[1] + 40 * METRE}, None]  # fmt: skip
    for running, place in enumerate(places, start=1):
        file(installed, running, place)
    installed.catch_up()
    assert sorted(told(client)) == [0, 30, 50]
    assert sorted(told(client, metres=200)) == [0, 30, 50, 50, 51, 56]
    assert told(client, metres=1) == [0]


def test_the_shape_and_nothing_personal(installed: Installation, client: TestClient) -> None:
    one = file(installed, 1, north(12))
    tell(installed.logs, one, [("intake", one.fact(facts.PetitionAccepted, officer=OFFICER))])
    installed.catch_up()
    answer = ask(client)
    assert answer.json() == [{
        "status": "accepted", "status_label": "รับเรื่องแล้ว", "category": "ถนนและทางเท้า : ถนน/ไหล่ทาง",
        "filed_at": "2024-07-08T10:56:42Z", "distance_m": 12,
    }]  # fmt: skip
    assert answer.headers["Cache-Control"] == "no-store"
    assert [text for text in (one.number, "สมชาย", "98.33", str(one.petition_id)) if text in answer.text] == []


def test_others_are_not_shown(installed: Installation, client: TestClient) -> None:
    file(installed, 1, north(5), category="waste.dumping")
    file(installed, 2, north(5), authority="ban")
    ended, merged = file(installed, 3, north(5)), file(installed, 4, north(5))
    kept = file(installed, 5, north(6))
    tell(installed.logs, ended, [("intake", ended.fact(facts.PetitionRejected, reason="นอกเขต"))])
    into = {"into_petition_id": kept.petition_id, "into_number": kept.number}
    tell(installed.logs, merged, [("intake", merged.fact(facts.PetitionMerged, **into))])
    installed.catch_up()
    assert told(client) == [6]


def test_at_most_ten_and_the_newest(installed: Installation, client: TestClient) -> None:
    for running in range(1, 13):
        file(installed, running, north(running), filed_at=f"2024-07-{running:02}T03:00:00Z")
    installed.catch_up()
    assert told(client) == list(range(12, 2, -1))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"latitude": 91}, "ต้องไม่เกิน 90.0"),
        ({"longitude": -181}, "ต้องไม่น้อยกว่า -180.0"),
        ({"latitude": "nan"}, "รูปแบบข้อมูลไม่ถูกต้อง"),
        ({"longitude": "ใกล้บ้าน"}, "รูปแบบข้อมูลไม่ถูกต้อง"),
        ({"metres": 0}, "ต้องไม่น้อยกว่า 1"),
        ({"metres": 201}, "ต้องไม่เกิน 200"),
        ({"category": "no.such"}, "ไม่พบประเภทเรื่องนี้ในหน่วยงาน"),
    ],
)
def test_what_cannot_be_asked_is_told_in_thai(
    installed: Installation, client: TestClient, changed: dict[str, Any], message: str
) -> None:
    installed.catch_up()
    problem = assert_problem(ask(client, **changed), 422)
    assert fields_of(problem) == set(changed)
    assert [error["message"] for error in problem["errors"]] == [message]


def test_an_authority_that_is_not_there(installed: Installation, client: TestClient) -> None:
    installed.catch_up()
    assert_problem(ask(client, authority="nowhere"), 404)
    assert fields_of(assert_problem(client.get(NEARBY), 422)) == {"authority", "category", "latitude", "longitude"}


@pytest.mark.parametrize("latitude", [90, -90])
def test_the_poles_are_places_too(installed: Installation, client: TestClient, latitude: int) -> None:
    installed.catch_up()
    assert told(client, latitude=latitude) == []


def test_questions_are_limited_by_client(installed: Installation) -> None:
    configure(installed.logs)
    installed.catch_up()
    apps = [installed.app(nearby_per_client="3/hour") for _ in range(2)]
    answers = [ask(installed.client(apps[n % 2], f"198.51.100.{n}")) for n in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 3_500 < int(answers[-1].headers["Retry-After"]) <= 3_600
    assert ask(installed.client(apps[0], "203.0.113.1")).status_code == 200


def test_many_petitions_are_found_by_the_index(database: TrackingDatabase) -> None:
    generate(database, 20_000)
    plan = plan_of(database, statement("kathu", "roads.surface", Around(*CENTRE, 50)))
    assert "petition_by_place" in plan
    assert "Seq Scan" not in plan


def test_staff_see_what_may_have_been_told_twice(installed: Installation, client: TestClient) -> None:
    one, near, far = (file(installed, running, north(metres)) for running, metres in ((1, 0), (2, 40), (3, 400)))
    file(installed, 4, north(10), category="water.flood", category_label="ระบายน้ำ : น้ำท่วม")
    file(installed, 5, north(10), authority="ban")
    nowhere = file(installed, 6, None)
    tell(installed.logs, near, [("intake", near.fact(facts.PetitionRejected, reason="นอกเขต"))])
    installed.catch_up()
    address = "/api/tracking/v1/petitions/{}/nearby"
    (found,) = client.get(address.format(one.number), headers=staff()).json()
    assert (found["number"], found["status"], found["distance_m"]) == (near.number, "rejected", 40)
    assert client.get(address.format(far.number), params={"metres": 200}, headers=staff()).json() == []
    assert client.get(address.format(nowhere.number), headers=staff()).json() == []
    assert client.get(address.format(one.number), headers=staff("ban")).status_code == 403
    assert client.get(address.format(one.number), params={"metres": 201}, headers=staff()).status_code == 422
