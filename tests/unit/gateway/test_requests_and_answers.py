"""Around every endpoint: how much may be sent, what an error looks like, and that each request can be found again."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from fastapi.testclient import TestClient
from joserfc.jwk import KeySet
from prometheus_client import REGISTRY
from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from shared.gateway.app import Gateway, create_app
from shared.gateway.problems import FieldProblem, Problem, schemas
from shared.gateway.tokens import Gatekeeper
from tests.support.gateways import assert_problem
from tests.support.loglines import log_lines

SECRET = "สมชาย 1101700207129"
ERRORS = {
    "operational": OperationalError("SELECT", {}, Exception(SECRET)),
    "interface": InterfaceError("SELECT", {}, Exception(SECRET)),
    "pool": PoolTimeout(SECRET),
    "data": DataError("SELECT", {}, Exception(SECRET)),
    "value": ValueError(SECRET),
    "problem": Problem(409, "ทำไม่ได้", kind="urn:x", errors=[FieldProblem(field="a.b", message="ผิด")], state="filed"),
}
router = APIRouter()


@router.get("/raises/{name}")
def raises(name: str) -> None:
    raise ERRORS[name]


@router.post("/length")
async def length(request: Request) -> dict[str, int]:
    return {"octets": len(await request.body())}


@router.get("/id")
def correlation(request: Request) -> str:
    return str(request.state.correlation_id)


@router.get("/breaks-off")
def breaks_off() -> StreamingResponse:
    def body() -> Iterator[bytes]:
        yield b"begun"
        raise ValueError(SECRET)

    return StreamingResponse(body())


@pytest.fixture
def client() -> TestClient:
    gateway = Gateway("sample", "Sample", [router], {}, most_octets=100)
    return TestClient(create_app(gateway, Gatekeeper(lambda _: KeySet([]))), raise_server_exceptions=False)


@pytest.mark.parametrize(
    ("name", "status"), [("operational", 503), ("interface", 503), ("pool", 503), ("data", 500), ("value", 500)]
)
def test_an_error_is_a_problem_that_tells_nothing_of_it(client: TestClient, name: str, status: int) -> None:
    with log_lines("sample") as lines:
        answer = client.get(f"/raises/{name}")
        logged = str(lines())
    assert_problem(answer, status)
    assert ("retry-after" in answer.headers) == (status == 503)
    assert "x-correlation-id" in answer.headers
    assert answer.headers["cache-control"] == "no-store"
    assert type(ERRORS[name]).__name__ in logged
    for text in ("สมชาย", "1101700207129"):
        assert text not in answer.text + logged


def test_a_problem_says_what_it_was_told_to(client: TestClient) -> None:
    told = assert_problem(client.get("/raises/problem"), 409)
    assert told["type"] == "urn:x"
    assert (told["detail"], told["state"]) == ("ทำไม่ได้", "filed")
    assert told["errors"] == [{"field": "a.b", "message": "ผิด"}]


def test_what_breaks_off_after_it_began_is_logged_and_not_finished(client: TestClient) -> None:
    with log_lines("sample") as lines, pytest.raises(ValueError, match="สมชาย"):
        TestClient(client.app).get("/breaks-off")
    (line,) = (each for each in lines() if each["event"] == "unexpected_error")
    assert "สมชาย" not in str(line)


@pytest.mark.parametrize(("octets", "status"), [(0, 200), (100, 200), (101, 413), (10_000, 413)])
def test_a_body_has_a_largest_size(client: TestClient, octets: int, status: int) -> None:
    assert client.post("/length", content=b"x" * octets).status_code == status
    assert client.post("/length", content=iter([b"x"] * octets)).status_code == status


def test_what_is_announced_too_large_is_not_read(client: TestClient) -> None:
    answer = client.post("/length", content=b"", headers={"Content-Length": "101"})
    assert assert_problem(answer, 413)
    assert answer.headers["connection"] == "close"


@pytest.mark.parametrize("path", ["/%00", "/id?x=%00", "/id?%00=x"])
def test_an_address_with_a_nul_is_refused(client: TestClient, path: str) -> None:
    assert_problem(client.get(path), 400)


def test_each_request_has_an_id_that_lasts_as_long_as_it_does(client: TestClient) -> None:
    answers = [client.get("/id") for _ in range(3)]
    assert [answer.json() for answer in answers] == [answer.headers["x-correlation-id"] for answer in answers]
    assert len({UUID(answer.json()) for answer in answers}) == 3
    with log_lines("sample") as lines:
        client.get("/raises/value")
        client.get("/raises/pool")
    first, second = (line["correlation_id"] for line in lines() if "path" in line)
    assert first != second


def test_requests_are_counted_by_route_method_and_status(client: TestClient) -> None:
    def counted(**labels: str) -> float:
        return REGISTRY.get_sample_value("khamrong_requests_total", {"service": "sample", **labels}) or 0.0

    labels = [
        {"route": "/raises/{name}", "method": "GET", "status": "500"},
        {"route": "other", "method": "GET", "status": "404"},
        {"route": "/id", "method": "other", "status": "405"},
    ]
    before = [counted(**each) for each in labels]
    client.get("/raises/value")
    client.get("/nowhere/1101700207129")
    client.request("BREW", "/id")
    assert [counted(**each) for each in labels] == [number + 1 for number in before]


def test_the_documented_shape_of_a_problem_is_its_shape(client: TestClient) -> None:
    shape = schemas()["ProblemDetail"]
    told = assert_problem(client.get("/raises/problem"), 409)
    assert set(shape["required"]) <= told.keys()
    assert shape["properties"]["errors"]["anyOf"][0]["items"] == {"$ref": "#/components/schemas/FieldProblem"}
