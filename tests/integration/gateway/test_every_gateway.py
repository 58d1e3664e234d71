"""What every gateway has in common: problems, an id for each request, health, metrics, and documentation."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
import schemathesis
from fastapi.testclient import TestClient

from shared.observing.health import TIMEOUT_SECONDS
from tests.support.gateways import assert_problem, change, staff, unreachable
from tests.support.intake import PETITIONS, IntakeOffice
from tests.support.loglines import log_lines

SERVICES = ["intake", "notification", "documents", "identity", "survey"]
Clients = dict[str, TestClient]


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_not_there_and_what_is_not_done_are_problems(clients: Clients, service: str) -> None:
    client = clients[service]
    assert_problem(client.get(f"/api/{service}/v1/nothing"), 404)
    wrong = client.delete(f"/api/{service}/v1/log")
    assert_problem(wrong, 405)
    assert wrong.headers["allow"] == "GET"
    assert_problem(client.get(f"/api/{service}/v1/log", params={"after": -1}, headers=staff("service", "*")), 422)
    assert_problem(client.get(f"/api/{service}/v1/log?types=%00"), 400)


@pytest.mark.parametrize("service", SERVICES)
def test_every_answer_has_an_id_of_its_own(clients: Clients, service: str) -> None:
    paths = ("/health/live", f"/api/{service}/v1/nothing", f"/api/{service}/v1/log", "/%00")
    ids = [clients[service].get(path).headers["x-correlation-id"] for path in paths]
    assert len({UUID(each) for each in ids}) == len(paths)


@pytest.mark.parametrize("service", SERVICES)
def test_alive_and_ready(clients: Clients, service: str) -> None:
    for path in ("live", "ready"):
        answer = clients[service].get(f"/health/{path}")
        assert (answer.status_code, answer.json()["status"]) == (200, "ok")


@pytest.mark.parametrize("service", SERVICES)
def test_the_openapi_document_is_valid(clients: Clients, service: str) -> None:
    document = clients[service].get(f"/api/{service}/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    schemathesis.openapi.from_dict(document).validate()
    problems = document["components"]["schemas"]
    assert {"ProblemDetail", "FieldProblem"} <= problems.keys()


@pytest.mark.parametrize("service", SERVICES)
def test_the_documentation_shows_every_operation(clients: Clients, service: str) -> None:
    document = clients[service].get(f"/api/{service}/openapi.json").json()
    answer = clients[service].get(f"/api/{service}/docs")
    assert answer.headers["content-type"].startswith("text/html")
    for path, methods in document["paths"].items():
        assert f"<code>{path}</code>" in answer.text
        assert all(f">{method.upper()}</span>" in answer.text for method in methods)
    assert set(re.findall(r"https?://[^\"' <]+", answer.text)) <= {"http://identity", "https://khamrong.example"}


def test_operations_that_need_a_token_say_so(clients: Clients) -> None:
    paths = clients["intake"].get("/api/intake/openapi.json").json()["paths"]
    security = paths["/api/intake/v1/petitions/{number}/{command}"]["post"]["security"]
    assert security == [{"StaffOrPetitioner": []}]
    assert "security" not in paths["/api/intake/v1/petitions"]["post"]
    (key,) = (each for each in paths["/api/intake/v1/petitions"]["post"]["parameters"] if each["in"] == "header")
    assert (key["name"], key["required"]) == ("Idempotency-Key", True)


@pytest.mark.parametrize("service", SERVICES)
def test_metrics_count_requests_by_route_and_never_by_number(clients: Clients, service: str) -> None:
    client = clients[service]
    client.get("/api/intake/v1/authorities/kathu")
    client.post(f"{PETITIONS}/KT1080767000011/accept")
    client.get("/api/documents/v1/petitions/KT1080767000011/form.pdf")
    client.request("BREW", "/health/live")
    client.get("/health/live")
    text = client.get("/metrics").text
    assert f'khamrong_requests_total{{method="GET",route="/health/live",service="{service}",status="200"}}' in text
    assert "khamrong_request_seconds_bucket" in text
    assert "BREW" not in text
    assert "KT1080767000011" not in text


def test_what_is_down_is_named_and_the_process_stays_alive(office: IntakeOffice) -> None:
    with unreachable(office.url):
        ready = office.client.get("/health/ready")
        assert (ready.status_code, ready.json()) == (503, {"status": "unavailable", "down": ["intake database"]})
        with unreachable(office.keyring_url):
            assert office.client.get("/health/ready").json()["down"] == ["intake database", "keyring"]
        assert office.client.get("/health/live").status_code == 200
    assert office.client.get("/health/ready").status_code == 200
    assert TIMEOUT_SECONDS == 3


def test_without_the_database_every_question_is_503_and_says_when_to_come_again(office: IntakeOffice) -> None:
    number = office.number()
    with unreachable(office.url), log_lines("intake") as lines:
        answers = [
            office.client.get("/api/intake/v1/log", headers=staff("service", "*")),
            office.command(number, "accept"),
            office.file(),
        ]
        for answer in answers:
            assert_problem(answer, 503)
            assert int(answer.headers["retry-after"]) > 0
            assert "psycopg" not in answer.text
        assert [line["event"] for line in lines()] == ["database_unavailable"] * 3
    assert office.done(number, "accept")["status"] == "accepted"


def test_what_nobody_expected_is_a_500_that_tells_nothing_and_is_found_in_the_log(office: IntakeOffice) -> None:
    change(office.url, "REVOKE SELECT ON eventlog.facts FROM khamrong_app")
    with log_lines("intake") as lines:
        answer = office.client.get("/api/intake/v1/log", headers=staff("service", "*"))
        told = assert_problem(answer, 500)
        (line,) = (each for each in lines() if each["level"] == "error")
    assert told.keys() == {"type", "title", "status", "detail"}
    assert not re.search("facts|SELECT|denied|psycopg", answer.text)
    assert line["event"] == "unexpected_error"
    assert line["correlation_id"] == answer.headers["x-correlation-id"]
    assert (line["error"], line["sqlstate"], line["path"]) == ("ProgrammingError", "42501", "/api/intake/v1/log")
    assert any("shared/messaging/feed.py" in frame for frame in line["where"][0]["frames"])
    assert "denied" not in str(line)


def test_one_id_goes_from_the_request_into_the_fact(office: IntakeOffice) -> None:
    answer = office.file()
    with office.intake.engine.connect() as connection:
        (fact,) = office.intake.log.load(connection, f"petition-{answer.json()['petition_id']}")
    assert str(fact.correlationid) == answer.headers["x-correlation-id"]
    assert fact.traceparent.split("-")[1] == fact.correlationid.hex
