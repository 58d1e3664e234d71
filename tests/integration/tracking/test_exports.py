"""Petitions as files: for staff, with petitioners only for who may and recorded, and as open data."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient

from shared.contracts.access import AccessExported
from shared.eventlog.reading import Reader
from shared.kernel import clock
from shared.kernel.thai import fiscal_year
from tests.samples.petitions import WORKS
from tests.support.tracking import Case, case, configure, tell
from tests.support.tracking_app import Installation, staff, tracking_in

PETITIONS = "/api/tracking/v1/petitions"
OPEN_DATA = "/api/tracking/v1/open-data/kathu.csv"
PLACE = {"latitude": 7.9056, "longitude": 98.3332}
FORMULA = '=HYPERLINK("http://evil.example")'


@pytest.fixture
def app(installed: Installation) -> FastAPI:
    """One process."""
    return installed.app(open_data_per_client="3/hour")


@pytest.fixture
def client(installed: Installation, app: FastAPI) -> TestClient:
    """A client without a token."""
    return installed.client(app)


def file(installed: Installation, running: int, **changed: Any) -> Case:
    """A filed petition, an hour after the one before."""
    one = case(running)
    at = clock.now().replace(microsecond=0) - timedelta(hours=20 - running)
    tell(installed.logs, one, [("intake", one.filed(filed_at=at, location=PLACE, **changed))])
    installed.catch_up()
    return one


def sheet(content: bytes) -> list[list[Any]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]


def table(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def recorded(installed: Installation, app: FastAPI) -> list[Any]:
    return Reader(installed.logs.sealer).read_all(tracking_in(app).feed.after(0, 10))


def test_a_workbook_has_the_same_rows_and_runs_nothing(installed: Installation, client: TestClient) -> None:
    one, two = file(installed, 1, category_label=FORMULA), file(installed, 2)
    answer = client.get(f"{PETITIONS}.xlsx", headers=staff())
    assert answer.headers["content-disposition"] == 'attachment; filename="petitions.xlsx"'
    head, *rows = sheet(answer.content)
    assert [row[0] for row in rows] == [one.number, two.number]
    assert rows[0][head.index("ประเภทเรื่อง")] == FORMULA
    formulas = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert formulas.cell(2, head.index("ประเภทเรื่อง") + 1).data_type in ("s", "inlineStr")
    assert rows[1][head.index("latitude")] == pytest.approx(7.9056)
    assert "สมชาย" not in str(rows)


def test_a_sheet_that_would_overflow_is_refused(
    installed: Installation, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.tracking.export_api.MOST_ROWS", 1)
    file(installed, 1)
    assert client.get(f"{PETITIONS}.xlsx", headers=staff()).status_code == 200
    file(installed, 2)
    assert client.get(f"{PETITIONS}.xlsx", headers=staff()).status_code == 422


@pytest.mark.parametrize("role", ["clerk", "officer", "executive", "auditor"])
def test_petitioners_are_taken_along_by_heads_and_admins_alone(client: TestClient, app: FastAPI, role: str) -> None:
    for kind in ("csv", "xlsx"):
        answer = client.get(f"{PETITIONS}.{kind}", params={"personal": True}, headers=staff(role=role))
        assert answer.status_code == 403
    assert tracking_in(app).feed.head() == 0


def test_taking_petitioners_along_is_recorded(installed: Installation, client: TestClient, app: FastAPI) -> None:
    file(installed, 1)
    erased = file(installed, 2)
    installed.logs.keyring.erase(erased.subject_id)
    query = {"personal": True, "status": "filed", "filed_from": "2024-01-01"}
    rows = table(client.get(f"{PETITIONS}.csv", params=query, headers=staff(role="head")))
    assert (rows[0]["ผู้ร้อง"], rows[0]["โทรศัพท์"], rows[0]["เรื่อง"]) == ("นายสมชาย ใจดี", "081 234 5678", "ถนนชำรุด")
    assert (rows[1]["ผู้ร้อง"], rows[1]["รายละเอียด"]) == ("ลบแล้ว", "ลบแล้ว")
    assert "1101700207129" not in str(rows)
    client.get(f"{PETITIONS}.xlsx", params={"personal": True, "q": "ไม่มี"}, headers=staff(role="admin"))
    one, other = recorded(installed, app)
    assert isinstance(one, AccessExported)
    assert (one.format, one.rows, one.filter.status, one.filter.filed_from) == ("csv", 2, ("filed",), "2024-01-01")
    assert (other.format, other.rows, other.filter.searched, other.role) == ("xlsx", 0, True, "admin")


def test_what_cannot_be_recorded_is_not_taken_along(installed: Installation, client: TestClient) -> None:
    file(installed, 1)
    with installed.database.owner.begin() as transaction:
        transaction.execute(sa.text("REVOKE EXECUTE ON FUNCTION eventlog.append FROM khamrong_app"))
    answer = client.get(f"{PETITIONS}.csv", params={"personal": True}, headers=staff(role="admin"))
    assert answer.status_code == 503
    assert "สมชาย" not in answer.text


def test_open_data_tells_of_no_person_and_no_house(installed: Installation, client: TestClient) -> None:
    configure(installed.logs)
    one = file(installed, 1)
    answer = client.get(OPEN_DATA, params={"fiscal_year": fiscal_year(clock.now())})
    assert answer.headers["cache-control"] == "public, max-age=3600"
    rows = table(answer)
    assert len(rows) == 1
    assert (rows[0]["latitude"], rows[0]["longitude"]) == ("7.91", "98.33")
    assert (rows[0]["status"], rows[0]["category"], rows[0]["department"]) == ("filed", "roads.surface", WORKS.name)
    assert len(rows[0]["filed_on"]) == len("2024-07-08")
    assert all(secret not in answer.text for secret in (one.number, "สมชาย", "ถนนชำรุด", "staff-1"))
    assert table(client.get(OPEN_DATA, params={"fiscal_year": 2560})) == []


def test_open_data_are_limited_and_of_known_authorities(installed: Installation, client: TestClient) -> None:
    configure(installed.logs)
    installed.catch_up()
    assert client.get("/api/tracking/v1/open-data/nowhere.csv").status_code == 404
    assert [client.get(OPEN_DATA).status_code for _ in range(3)] == [200, 200, 429]
