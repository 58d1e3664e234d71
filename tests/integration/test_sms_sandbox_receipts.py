"""Delivery receipts over real HTTP, from the SMS sandbox to a receiver that is told what to answer."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request, Response
from pydantic import HttpUrl, SecretStr

from sandbox.sms_gateway import SmsSandboxSettings, create_app
from sandbox.sms_gateway.serving import serving
from services.notification.receipts import Receipt, advance, parse
from tests.support.waiting import eventually

GOOD = {"msisdn": "0812345678", "message": "เลขคำร้อง KT1270567000001", "sender": "KATHU", "reference": "r-1"}
SECONDS = 10.0


@dataclass
class Receiver:
    """Keeps what is posted to it; answers the statuses it was given, then 204."""

    got: Queue[tuple[dict[str, Any], dict[str, str]]] = field(default_factory=Queue)
    statuses: list[int] = field(default_factory=list)

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.post("/receipts")
        async def take(request: Request) -> Response:
            self.got.put((await request.json(), dict(request.headers)))
            return Response(status_code=self.statuses.pop(0) if self.statuses else 204)

        return app

    def next(self) -> dict[str, Any]:
        return self.got.get(timeout=SECONDS)[0]


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def callback(receiver: Receiver) -> Iterator[str]:
    with serving(receiver.app()) as base:
        yield f"{base}/receipts"


@contextmanager
def sandbox(callback: str | None, **settings: Any) -> Iterator[httpx.Client]:
    chosen: dict[str, Any] = {
        "callback_url": HttpUrl(callback) if callback else None,
        "receipt_delay_seconds": 0,
        "receipt_retry_seconds": 0.01,
        "receipt_attempts": 3,
    } | settings
    with (
        serving(create_app(SmsSandboxSettings.model_validate(chosen))) as base,
        httpx.Client(base_url=base, auth=("sandbox", "sandbox")) as client,
    ):
        yield client


def accepted(client: httpx.Client, **changes: Any) -> str:
    answer = client.post("/sms", data={**GOOD, **changes}).raise_for_status()
    return str(answer.json()["phone_number_list"][0]["message_id"])


def settled(client: httpx.Client) -> bool:
    return not any(entry["receipt_due"] for entry in client.get("/ledger").json()["submissions"])


def test_a_receipt_names_the_message_and_is_what_notification_reads(receiver: Receiver, callback: str) -> None:
    with sandbox(callback) as client:
        message_id = accepted(client)
        body = receiver.next()
    assert body.pop("at").endswith("+00:00")
    assert body == {
        "message_id": message_id,
        "reference": "r-1",
        "to": "+66812345678",
        "status": "DELIVERED",
        "code": "DELIVERED",
    }


@pytest.mark.parametrize(
    ("receipts", "statuses", "delivered"),
    [
        ("duplicate", ["DELIVERED", "DELIVERED"], True),
        ("out_of_order", ["DELIVERED", "UNDELIVERED"], True),
        ("undelivered", ["UNDELIVERED"], False),
    ],
)
def test_receipts_twice_out_of_order_and_bad(
    receiver: Receiver, callback: str, receipts: str, statuses: list[str], delivered: bool
) -> None:
    with sandbox(callback) as client:
        client.put("/behaviour", json={"receipts": receipts})
        accepted(client)
        bodies = [receiver.next() for _ in statuses]
    assert [body["status"] for body in bodies] == statuses
    known: Receipt | None = None
    for body in bodies:
        read = parse(body)
        assert read is not None
        known = advance(known, read)
    assert known is not None
    assert known.delivered is delivered


def test_none_means_none(receiver: Receiver, callback: str) -> None:
    with sandbox(callback) as client:
        client.put("/behaviour", json={"receipts": "none", "only_next": 1})
        accepted(client)
        accepted(client, reference="r-2")
        assert receiver.next()["reference"] == "r-2"
        eventually(lambda: settled(client))
    assert receiver.got.empty()


def test_a_repeated_reference_has_no_second_receipt(receiver: Receiver, callback: str) -> None:
    with sandbox(callback) as client:
        accepted(client)
        accepted(client)
        receiver.next()
        eventually(lambda: settled(client))
    assert receiver.got.empty()


def test_a_receipt_not_taken_is_sent_again(receiver: Receiver, callback: str) -> None:
    receiver.statuses = [503, 500]
    with sandbox(callback) as client:
        accepted(client)
        first, second, third = receiver.next(), receiver.next(), receiver.next()
    assert first == second == third


def test_it_gives_up_after_some_attempts(receiver: Receiver, callback: str) -> None:
    receiver.statuses = [500] * 3
    with sandbox(callback) as client:
        accepted(client)
        eventually(lambda: settled(client))
    assert receiver.got.qsize() == 3


def test_the_secret_goes_to_our_own_callback(receiver: Receiver, callback: str) -> None:
    secrets: dict[str, Any] = {
        "callback_username": "gateway",
        "callback_password": SecretStr("open"),
        "callback_header": "X-Receipt-Secret",
        "callback_secret": SecretStr("sesame"),
    }
    with sandbox(callback, **secrets) as client:
        accepted(client)
        _, headers = receiver.got.get(timeout=SECONDS)
    assert headers["authorization"] == f"Basic {base64.b64encode(b'gateway:open').decode()}"
    assert headers["x-receipt-secret"] == "sesame"


def test_a_callback_named_by_a_request_gets_the_receipt_but_no_secret(receiver: Receiver, callback: str) -> None:
    other: dict[str, Any] = {"callback_username": "gateway", "callback_header": "X-Receipt-Secret"}
    with sandbox("http://127.0.0.1:9/receipts", **other) as client:
        accepted(client, callback_url=callback)
        body, headers = receiver.got.get(timeout=SECONDS)
    assert body["reference"] == "r-1"
    assert "authorization" not in headers
    assert "x-receipt-secret" not in headers


def test_requests_may_be_kept_from_naming_a_callback(callback: str) -> None:
    with sandbox(callback, request_callbacks=False) as client:
        answer = client.post("/sms", data={**GOOD, "callback_url": callback})
        assert (answer.status_code, answer.json()["error"]["name"]) == (400, "ERROR_CALLBACK_URL")


def test_a_receipt_still_due_is_sent_after_a_restart(receiver: Receiver, callback: str, tmp_path: Path) -> None:
    with sandbox(callback, folder=tmp_path, receipt_delay_seconds=3_600) as client:
        message_id = accepted(client)
        assert not settled(client)
    assert receiver.got.empty()
    with sandbox(callback, folder=tmp_path):
        assert receiver.next()["message_id"] == message_id
