"""How an authority and its departments do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from shared.contracts import petition as facts
from shared.kernel import clock
from tests.samples.petitions import HEALTH, OFFICER, WORKS
from tests.support.tracking import Case, case, configure, tell
from tests.support.tracking_app import Installation, staff, tracking_in

DASHBOARD = "/api/tracking/v1/dashboard"
PLACE = {"latitude": 7.9056, "longitude": 98.3332}
RESOLVED = {"outcome": "solved", "public_note": "เสร็จแล้ว"}


@pytest.fixture
def client(installed: Installation) -> TestClient:
    """A client without a token."""
    return installed.client(installed.app())


def file(installed: Installation, running: int, **changed: Any) -> Case:
    """A petition of the fiscal year 2567, due long ago unless told otherwise."""
    one = case(running)
    tell(installed.logs, one, [("intake", one.filed(**{"location": PLACE, **changed}))])
    return one


def asked(client: TestClient, headers: dict[str, str] | None = None, **query: Any) -> Any:
    answer = client.get(DASHBOARD, params={"fiscal_year": 2567, **query}, headers=headers or staff())
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store"), answer.text
    return answer.json()


def test_the_figures_of_an_authority(installed: Installation, client: TestClient) -> None:
    configure(installed.logs)
    tomorrow = clock.now() + timedelta(days=1)
    in_time = file(installed, 1, due_at=tomorrow)
    file(installed, 2)  # overdue
    other = file(installed, 3, category="water.flood", category_label="ระบายน้ำ : น้ำท่วม", location=None, due_at=tomorrow)
    gone = file(installed, 4)
    tell(installed.logs, in_time, [("intake", in_time.fact(facts.PetitionResolved, **RESOLVED))])
    tell(installed.logs, other, [
        ("intake", other.fact(facts.PetitionAccepted, officer=OFFICER)),
        ("intake", other.fact(facts.PetitionAssigned, department=HEALTH, officer=OFFICER)),
    ])  # fmt: skip
    tell(installed.logs, gone, [("intake", gone.fact(facts.PetitionWithdrawn))])
    tell(installed.logs, in_time, [("survey", in_time.answered())])
    installed.catch_up()
    found = asked(client)
    told = ("received", "open", "closed", "overdue", "on_time_share")
    assert [found[name] for name in told] == [4, 2, 1, 1, 0.5]
    assert found["median_days"] == found["p90_days"] is not None
    assert found["satisfaction"]["answers"] in (0, 1)
    assert [(each["code"], each["received"], each["open"]) for each in found["by_category"]] == [
        ("roads.surface", 3, 1), ("water.flood", 1, 1),
    ]  # fmt: skip
    assert found["by_category"][0]["label"] == "ถนนและทางเท้า : ถนน/ไหล่ทาง"
    assert [(each["label"], each["received"]) for each in found["by_department"]] == [(WORKS.name, 3), (HEALTH.name, 1)]
    july = next(each for each in found["over_time"] if each["month"] == "2024-07")
    assert july == {"month": "2024-07", "received": 4, "ended": 1, "open": 2}
    assert [month["month"] for month in found["over_time"]][::11] == ["2023-10", "2024-09"]
    assert found["points"] == [{"latitude": 7.905, "longitude": 98.333, "count": 3}]


def test_a_department_has_figures_of_its_own(installed: Installation, client: TestClient) -> None:
    configure(installed.logs)
    file(installed, 1)
    other = file(installed, 2)
    moved = {"previous_department": WORKS, "department": HEALTH, "reason": "คนละกอง"}
    tell(installed.logs, other, [("intake", other.fact(facts.PetitionTransferred, **moved))])
    installed.catch_up()
    assert asked(client, department=HEALTH.code)["received"] == 1
    works = staff(department=WORKS.code)
    mine = asked(client, works)
    assert (mine["received"], mine["department"], mine["satisfaction"]["answers"]) == (1, WORKS.code, 0)


def test_a_department_is_rated_for_what_it_had_at_the_end(installed: Installation, client: TestClient) -> None:
    configure(installed.logs)
    one, two, again = (file(installed, running) for running in (1, 2, 3))
    moved = {"previous_department": WORKS, "department": HEALTH, "reason": "คนละกอง"}
    for each, rating, solved in ((one, 5, "yes"), (two, 2, "no"), (again, 3, "partly")):
        tell(installed.logs, each, [("survey", each.answered(rating=rating, solved=solved))])  # seen before the end
        tell(installed.logs, each, [("intake", each.fact(facts.PetitionResolved, **RESOLVED))])
    tell(installed.logs, again, [
        ("intake", again.fact(facts.PetitionReopened, reason="ยังไม่เรียบร้อย")),
        ("intake", again.fact(facts.PetitionTransferred, **moved)),
        ("intake", again.fact(facts.PetitionResolved, **RESOLVED)),
        ("survey", again.answered(resolution=2, rating=4, solved="yes")),
        ("survey", again.answered(resolution=3, rating=1)),  # of an end that is not known yet
    ])  # fmt: skip
    tell(installed.logs, two, [("survey", two.answered(resolution=1, rating=5, fiscal_year=2566))])
    installed.catch_up()
    works = {"answers": 3, "mean_rating": 3.33, "solved_share": 0.3333}
    health = {"answers": 1, "mean_rating": 4.0, "solved_share": 1.0}
    assert asked(client, department=WORKS.code)["satisfaction"] == works
    assert asked(client, staff(department=HEALTH.code))["satisfaction"] == health
    parts = {each["code"]: each["satisfaction"] for each in asked(client)["by_department"]}
    assert parts == {WORKS.code: works, HEALTH.code: health}
    assert asked(client)["satisfaction"]["answers"] == 5, "of the whole, whatever it was about"


def test_the_figures_of_others_are_refused_and_that_is_recorded(installed: Installation) -> None:
    configure(installed.logs)
    installed.catch_up()
    app = installed.app()
    client = installed.client(app)
    assert client.get(DASHBOARD, params={"authority": "ban"}, headers=staff()).status_code == 403
    works = staff(department=WORKS.code)
    assert client.get(DASHBOARD, params={"department": HEALTH.code}, headers=works).status_code == 403
    assert [fact.type for fact in tracking_in(app).feed.after(0, 10)] == ["access.refused"] * 2
    assert client.get(DASHBOARD, headers=staff("nowhere")).status_code == 404


def test_a_year_of_nothing(installed: Installation, client: TestClient) -> None:
    configure(installed.logs)
    installed.catch_up()
    found = asked(client, fiscal_year=2560)
    assert (found["received"], found["on_time_share"], found["p90_days"], found["by_category"]) == (0, None, None, [])
    assert [month["open"] for month in found["over_time"]] == [0] * 12
    assert asked(client, fiscal_year=2800)["over_time"] == []
