"""Staff work a queue: filtered, page by page; one petition opened; figures; exports."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from shared.contracts import petition as facts
from shared.contracts.petition_deadlines import DueDateSet
from shared.kernel import clock
from tests.samples.petitions import HEALTH, NOW, OFFICER, WORKS
from tests.support.tracking import Case, case, configure, history_of, tell
from tests.support.tracking_app import Installation, staff

PETITIONS = "/api/tracking/v1/petitions"
STREAM = "/api/tracking/v1/stream"


@pytest.fixture
def client(installed: Installation) -> TestClient:
    """A client without a token."""
    return installed.client(installed.app())


def file(installed: Installation, running: int, *, authority: str = "kathu", **changed: Any) -> Case:
    """One filed petition, an hour after the one before; not in the read model yet."""
    one = case(running, authority=authority)
    at = NOW + timedelta(hours=running)
    tell(installed.logs, one, [("intake", one.filed(filed_at=at, due_at=at + timedelta(days=15), **changed))])
    return one


def numbers(client: httpx.Client, authority: str = "kathu", **query: Any) -> list[str]:
    answer = client.get(PETITIONS, params=query, headers=staff(authority))
    assert answer.status_code == 200, answer.text
    return [item["number"] for item in answer.json()["items"]]


def pages(client: httpx.Client, **query: Any) -> list[list[str]]:
    """The numbers of each page, until the end."""
    found, cursor = [], ""
    while cursor is not None:
        more = {"cursor": cursor} if cursor else {}
        answer = client.get(PETITIONS, params={**query, **more}, headers=staff()).json()
        found.append([item["number"] for item in answer["items"]])
        cursor = answer["next"]
    return found


@pytest.mark.parametrize(
    "path", [PETITIONS, f"{PETITIONS}.csv", f"{PETITIONS}/KT1080767000001", "/api/tracking/v1/stream"]
)
def test_without_a_token_nobody_sees_the_queue(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 401
    assert client.get(path, headers=staff(role="service")).status_code == 403


def test_the_queue_holds_the_own_authority_alone(installed: Installation, client: TestClient) -> None:
    mine, theirs = file(installed, 1), file(installed, 2, authority="other")
    installed.catch_up()
    assert numbers(client) == [mine.number]
    assert numbers(client, "other") == [theirs.number]
    assert numbers(client, "*") == [theirs.number, mine.number]
    assert client.get(f"{PETITIONS}/{theirs.number}", headers=staff()).status_code == 403
    assert client.get(f"{PETITIONS}/KT1080767999999", headers=staff()).status_code == 404


def test_whoever_is_of_one_department_sees_its_petitions_alone(installed: Installation, client: TestClient) -> None:
    mine, theirs = file(installed, 1), file(installed, 2)
    tell(installed.logs, theirs, [
        ("intake", theirs.fact(facts.PetitionAccepted, officer=OFFICER)),
        ("intake", theirs.fact(facts.PetitionAssigned, department=HEALTH, officer=OFFICER)),
    ])  # fmt: skip
    installed.catch_up()
    works = staff(department=WORKS.code)
    listed = client.get(PETITIONS, headers=works).json()["items"]
    assert [item["number"] for item in listed] == [mine.number]
    assert client.get(PETITIONS, params={"department": HEALTH.code}, headers=works).status_code == 403
    for other in (f"{PETITIONS}.csv", f"{PETITIONS}.xlsx", f"{PETITIONS}/counts"):
        assert client.get(other, params={"department": HEALTH.code}, headers=works).status_code == 403, other
    assert client.get(f"{PETITIONS}/counts", headers=works).json()["all"] == 1
    assert client.get(f"{PETITIONS}/{theirs.number}/nearby", headers=works).status_code == 403
    assert theirs.number not in client.get(f"{PETITIONS}.csv", headers=works).text
    assert client.get(f"{PETITIONS}/{theirs.number}", headers=works).status_code == 403
    assert client.get(f"{PETITIONS}/{mine.number}", headers=works).status_code == 200


def test_filters(installed: Installation, client: TestClient) -> None:
    now = clock.now()
    plain = file(installed, 1)
    worked = file(installed, 2, category="water.flood", category_label="ระบายน้ำ : น้ำท่วม")
    late = case(3)
    tell(
        installed.logs,
        late,
        [("intake", late.filed(filed_at=now - timedelta(days=20), due_at=now - timedelta(days=5)))],
    )
    tell(installed.logs, worked, [
        ("intake", worked.fact(facts.PetitionAccepted, officer=OFFICER)),
        ("intake", worked.fact(facts.PetitionAssigned, department=HEALTH, officer=OFFICER)),
        ("intake", worked.fact(facts.PetitionResolved, outcome="solved", public_note="เสร็จแล้ว")),
    ])  # fmt: skip
    installed.catch_up()
    assert numbers(client, status="resolved") == [worked.number]
    assert numbers(client, status=["filed", "resolved"], sort="number") == [plain.number, worked.number, late.number]
    assert numbers(client, category="water.flood") == [worked.number]
    assert numbers(client, department=WORKS.code, sort="number") == [plain.number, late.number]
    assert numbers(client, officer=OFFICER.id) == [worked.number]
    assert numbers(client, overdue=True, sort="number") == [plain.number, late.number]
    assert numbers(client, overdue=False) == [worked.number]
    assert numbers(client, q="kt1080767000002") == [worked.number]
    assert numbers(client, q="%") == []
    assert numbers(client, filed_from="2024-07-08", filed_to="2024-07-08", sort="number") == [
        plain.number,
        worked.number,
    ]
    assert numbers(client, filed_to="2024-07-07") == []


def test_days_are_those_of_thailand(installed: Installation, client: TestClient) -> None:
    one = case(1)
    evening = NOW.replace(hour=17, minute=30)  # half past midnight of the ninth in Bangkok
    tell(installed.logs, one, [("intake", one.filed(filed_at=evening))])
    installed.catch_up()
    assert numbers(client, filed_to="2024-07-08") == []
    assert numbers(client, filed_from="2024-07-09", filed_to="2024-07-09") == [one.number]


@pytest.mark.parametrize("sort", ["filed_at", "-filed_at", "due_at", "-due_at", "number", "-number"])
def test_pages_hold_everything_once(installed: Installation, client: TestClient, sort: str) -> None:
    same_moment = [
        file(
            installed,
            running,
        )
        for running in range(1, 4)
    ]
    for running in range(4, 11):
        one = case(running)
        tell(installed.logs, one, [("intake", one.filed())])  # filed at the same moment, all of them
        same_moment.append(one)
    installed.catch_up()
    found = pages(client, limit=3, sort=sort)
    assert [len(page) for page in found] == [3, 3, 3, 1]
    listed = [number for page in found for number in page]
    assert sorted(listed) == sorted(one.number for one in same_moment)
    if sort.endswith("number"):
        assert listed == sorted(listed, reverse=sort.startswith("-"))


def test_pages_stay_as_they_are_while_new_ones_come_in(installed: Installation, client: TestClient) -> None:
    before = [file(installed, running) for running in range(1, 11)]
    installed.catch_up()
    seen: list[str] = []
    cursor, running = None, 100
    while True:
        query = {"limit": 3} | ({"cursor": cursor} if cursor else {})
        page = client.get(PETITIONS, params=query, headers=staff()).json()
        seen += [item["number"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
        for _ in range(4):
            file(installed, running := running + 1)
        installed.catch_up()
    assert seen == [one.number for one in reversed(before)]


@pytest.mark.parametrize("cursor", ["x", "bm90aGluZw", "W10", "WyItZmlsZWRfYXQiLDEsMl0", "é"])
def test_a_strange_cursor_is_422(client: TestClient, cursor: str) -> None:
    answer = client.get(PETITIONS, params={"cursor": cursor}, headers=staff())
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "cursor"


def test_a_cursor_of_another_sort_is_422(installed: Installation, client: TestClient) -> None:
    for running in range(3):
        file(installed, running)
    installed.catch_up()
    cursor = client.get(PETITIONS, params={"limit": 1}, headers=staff()).json()["next"]
    assert client.get(PETITIONS, params={"cursor": cursor, "sort": "number"}, headers=staff()).status_code == 422


def test_one_petition_with_everything(installed: Installation, client: TestClient) -> None:
    one = case()
    tell(installed.logs, one, history_of(one))
    installed.catch_up()
    answer = client.get(f"{PETITIONS}/{one.number.lower()}", headers=staff())
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    whole = answer.json()
    assert (whole["petitioner"]["given_name"], whole["revealed"]) == ("ส.", False)
    assert (whole["subject"], whole["version"]) == ("ถนนชำรุด", 9)
    assert [(entry["type"], entry["internal"]) for entry in whole["timeline"]][3:6] == [
        ("petition.note_added", True), ("petition.started", False), ("petition.note_added", False),
    ]  # fmt: skip
    assert [entry["text"] for entry in whole["timeline"] if entry["text"]] == ["โทรหาผู้ร้องแล้ว", "จะเข้าซ่อมสัปดาห์หน้า"]
    assert [(each["state"], each["filename"]) for each in whole["attachments"]] == [
        ("stored", "ภาพถนน.jpg"), ("rejected", None),
    ]  # fmt: skip
    assert whole["form"]["sha256"] == "cd" * 32
    assert [(message["template"], message["state"]) for message in whole["sms"]] == [("filed", "delivered")]
    assert "tracking_code" not in answer.text
    assert one.code not in answer.text


def test_an_erased_person_reads_erased(installed: Installation, client: TestClient) -> None:
    one = case()
    tell(installed.logs, one, history_of(one))
    tell(installed.logs, one, [("intake", one.fact(facts.InformationProvided, text="อยู่บ้านเลขที่ 12"))])
    installed.catch_up()
    installed.logs.keyring.erase(one.subject_id)
    whole = client.get(f"{PETITIONS}/{one.number}", headers=staff()).json()
    person = whole["petitioner"]
    assert {*person.pop("address").values(), *person.values()} == {"ลบแล้ว"}
    assert (whole["subject"], whole["details"]) == ("ลบแล้ว", "ลบแล้ว")
    assert {entry["text"] for entry in whole["timeline"] if entry["type"] == "petition.note_added"} == {"ลบแล้ว"}
    assert whole["attachments"][0]["filename"] == "ลบแล้ว"


def test_the_export_opens_in_a_spreadsheet_and_runs_nothing(installed: Installation, client: TestClient) -> None:
    formula = '=HYPERLINK("http://evil.example")'
    one = file(installed, 1, category_label=formula)
    two = file(installed, 2)
    file(installed, 3, authority="other")
    installed.catch_up()
    answer = client.get(f"{PETITIONS}.csv", headers=staff())
    assert answer.content.startswith("\ufeff".encode())
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row["เลขที่คำร้อง"] for row in rows] == [one.number, two.number]
    assert rows[0]["ประเภทเรื่อง"] == f"'{formula}"
    assert (rows[0]["วันที่ยื่น"], rows[0]["filed_at"]) == ("08 ก.ค. 2567", "2024-07-08T18:56:42+07:00")
    assert "สมชาย" not in answer.text


def test_the_export_takes_the_filters_and_everything(
    installed: Installation, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.tracking.queries.petitions._EXPORTED_TOGETHER", 2)
    cases = [file(installed, running) for running in range(1, 8)]
    installed.catch_up()
    lines = client.get(f"{PETITIONS}.csv", params={"status": "filed"}, headers=staff()).text.splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == [one.number for one in cases]
    assert len(client.get(f"{PETITIONS}.csv", params={"status": "closed"}, headers=staff()).text.splitlines()) == 1


def test_statistics(installed: Installation, client: TestClient) -> None:
    configure(installed.logs)
    in_time, late, overdue, waiting, merged = (file(installed, running) for running in range(1, 6))
    tomorrow = clock.now() + timedelta(days=1)
    resolved = {"outcome": "solved", "public_note": "เสร็จแล้ว"}
    tell(installed.logs, in_time, [("intake", in_time.fact(facts.PetitionResolved, **resolved))])
    tell(installed.logs, late, [
        ("intake", late.fact(DueDateSet, previous_due_at=NOW, due_at=NOW - timedelta(days=1), reason="ตรวจระบบ")),
        ("intake", late.fact(facts.PetitionResolved, **resolved)),
    ])  # fmt: skip
    tell(installed.logs, waiting, [
        ("intake", waiting.fact(DueDateSet, previous_due_at=NOW, due_at=tomorrow, reason="รออุปกรณ์")),
    ])  # fmt: skip
    tell(installed.logs, merged, [
        ("intake", merged.fact(facts.PetitionMerged, into_petition_id=late.petition_id, into_number=late.number)),
    ])  # fmt: skip
    installed.catch_up()
    found = client.get("/api/tracking/v1/statistics", params={"authority": "kathu", "fiscal_year": 2567}).json()
    counts = {each["status"]: each["count"] for each in found["by_status"] if each["count"]}
    assert counts == {"filed": 2, "resolved": 2, "merged": 1}
    assert (found["total"], found["ended"], found["overdue"], found["on_time_share"]) == (5, 2, 1, 0.3333)
    assert found["by_category"] == [
        {"category": "roads.surface", "label": found["by_category"][0]["label"], "count": 5}
    ]
    assert found["authority_name"] == "เทศบาลเมืองกะทู้"
    assert overdue.number not in str(found)


def test_statistics_of_nothing(installed: Installation, client: TestClient) -> None:
    configure(installed.logs)
    installed.catch_up()
    query = {"authority": "kathu"}
    found = client.get("/api/tracking/v1/statistics", params=query).json()
    assert (found["total"], found["on_time_share"], found["median_days"]) == (0, None, None)
    assert client.get("/api/tracking/v1/statistics", params={"authority": "nowhere"}).status_code == 404


def test_the_description_names_every_problem(client: TestClient) -> None:
    described = client.get("/api/tracking/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    lookups = described["paths"]["/api/tracking/v1/lookups"]["post"]["responses"]
    assert {"200", "404", "422", "429", "503"} <= lookups.keys()
    assert "application/problem+json" in lookups["429"]["content"]
    assert described["components"]["schemas"]["StatusView"]["examples"]
    assert "text/event-stream" in described["paths"]["/api/tracking/v1/stream"]["get"]["responses"]["200"]["content"]
