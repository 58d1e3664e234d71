"""Other gateways are asked in the caller's name; what they refuse is theirs, what they do not tell is an outage."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from services.documents.asking.asking import Refused, Unavailable
from services.documents.asking.http_asking import HttpAsking
from tests.samples.cases import NUMBER, a_case
from tests.samples.own_data import ACCOUNT, PETITION, own_data

BASE = "http://inside"
PATH = f"/api/tracking/v1/petitions/{NUMBER}"
Answer = Callable[[httpx.Request], httpx.Response]


def asking(answer: Answer) -> HttpAsking:
    return HttpAsking(httpx.Client(transport=httpx.MockTransport(answer)), BASE)


def told(body: Any, status: int = 200) -> Answer:
    return lambda _: httpx.Response(status, json=body)


def test_a_case_is_asked_for_and_with_a_reason_revealed() -> None:
    seen: list[tuple[str, str, str, str]] = []

    def tracking(request: httpx.Request) -> httpx.Response:
        seen.append((request.method, str(request.url), request.headers["Authorization"], request.content.decode()))
        return httpx.Response(200, content=a_case(revealed=request.method == "POST").model_dump_json())

    gateways = asking(tracking)
    assert not gateways.case("token", NUMBER).revealed
    assert gateways.case("token", NUMBER, "เก็บเข้าแฟ้ม").revealed
    (got, posted) = seen
    assert got == ("GET", f"{BASE}{PATH}", "Bearer token", "")
    assert posted[:3] == ("POST", f"{BASE}{PATH}/reveal", "Bearer token")
    assert json.loads(posted[3]) == {"reason": "เก็บเข้าแฟ้ม"}


def test_own_data_is_of_identity_and_tracking() -> None:
    answers = {"/api/identity/v1/me/export": ACCOUNT, "/api/tracking/v1/me/petitions": [PETITION]}
    assert asking(lambda request: httpx.Response(200, json=answers[request.url.path])).own_data("token") == own_data()


def test_a_refusal_is_theirs() -> None:
    problem = {"type": "urn:khamrong:x", "title": "t", "status": 403, "detail": "คำร้องนี้เป็นของหน่วยงานอื่น"}
    with pytest.raises(Refused) as refused:
        asking(told(problem, 403)).case("token", NUMBER)
    assert (refused.value.status, refused.value.detail, refused.value.kind) == (403, problem["detail"], problem["type"])
    with pytest.raises(Refused):
        asking(lambda _: httpx.Response(404, text="<html>")).case("token", NUMBER)


def lost(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("away", request=request)


@pytest.mark.parametrize(
    "answer", [lost, told({}, 503), told({"number": NUMBER}), lambda _: httpx.Response(200, text="x")]
)
def test_whatever_else_is_an_outage(answer: Answer) -> None:
    with pytest.raises(Unavailable):
        asking(answer).case("token", NUMBER)
