"""The SMS sandbox in uvicorn on a private port: the aggregator's API, and each way to misbehave."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from sandbox.sms_gateway import SmsSandboxSettings, create_app
from sandbox.sms_gateway.aggregator import MOST_OCTETS
from sandbox.sms_gateway.serving import serving
from tests.support.waiting import eventually

AUTH = ("key", "secret")
GOOD = {"msisdn": "0812345678", "message": "เลขคำร้อง KT1270567000001", "sender": "KATHU", "reference": "r-1"}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serving(create_app(SmsSandboxSettings(api_key="key", api_secret=SecretStr("secret"), credit=1_000))) as base:
        yield base


@pytest.fixture
def phone(url: str) -> Iterator[httpx.Client]:
    """A client of a sandbox that has forgotten everything and behaves well."""
    with httpx.Client(base_url=url, timeout=5) as client:
        client.delete("/ledger").raise_for_status()
        client.put("/behaviour", json={}).raise_for_status()
        yield client


def send(phone: httpx.Client, **changes: Any) -> httpx.Response:
    return phone.post("/sms", data={**GOOD, **changes}, auth=AUTH)


def behave(phone: httpx.Client, **behaviour: Any) -> None:
    phone.put("/behaviour", json=behaviour).raise_for_status()


def counted(phone: httpx.Client, reference: str = "r-1") -> tuple[int, int]:
    report = phone.get("/ledger", params={"reference": reference}).json()
    return report["attempts"], report["sends"]


def test_the_answer_has_the_aggregators_shape(phone: httpx.Client) -> None:
    answer = send(phone, msisdn="0812345678,076321500", message="ก" * 71)
    assert answer.status_code == 201
    body = answer.json()
    message_id = body["phone_number_list"][0]["message_id"]
    assert body == {
        "remaining_credit": 998,
        "total_use_credit": 2,
        "credit_type": "corporate",
        "phone_number_list": [{"number": "66812345678", "message_id": message_id, "used_credit": 2}],
        "bad_phone_number_list": [{"number": "076321500", "message": "Invalid phone number"}],
    }


def test_json_is_taken_too(phone: httpx.Client) -> None:
    answer = phone.post("/sms", json=GOOD, auth=AUTH)
    assert answer.status_code == 201
    assert phone.get("/messages").json()[0]["text"] == GOOD["message"]


@pytest.mark.parametrize("to", ["0812345678", "+66812345678", "66812345678", "081-234-5678"])
def test_messages_of_a_number_however_written(phone: httpx.Client, to: str) -> None:
    send(phone)
    send(phone, msisdn="0898765432", reference="r-2")
    (message,) = phone.get(f"/messages?to={to}").json()
    assert message.pop("at").endswith("+00:00")
    assert message == {"to": "+66812345678", "text": GOOD["message"], "segments": 1, "reference": "r-1"}
    assert len(phone.get("/messages").json()) == 2
    assert phone.get("/messages?to=nobody").json() == []


def test_the_same_reference_sends_once(phone: httpx.Client) -> None:
    first, second = send(phone), send(phone, message="อื่น")
    assert first.json()["phone_number_list"] == second.json()["phone_number_list"]
    assert counted(phone) == (2, 1)


def test_the_same_reference_at_the_same_moment_sends_once(phone: httpx.Client) -> None:
    behave(phone, mode="slow", delay_seconds=0.2)
    with ThreadPoolExecutor(8) as together:
        answers = list(together.map(lambda _: send(phone), range(8)))
    assert len({answer.json()["phone_number_list"][0]["message_id"] for answer in answers}) == 1
    assert counted(phone) == (8, 1)


def test_without_idempotence_it_sends_again(phone: httpx.Client) -> None:
    behave(phone, idempotent=False)
    assert send(phone).json() != send(phone).json()
    assert counted(phone) == (2, 2)


def test_without_a_reference_it_sends_again(phone: httpx.Client) -> None:
    send(phone, reference="")
    send(phone, reference="")
    assert len(phone.get("/messages").json()) == 2


@pytest.mark.parametrize(
    ("changes", "status", "name"),
    [
        ({"message": "ก" * 202}, 400, "ERROR_MESSAGE_TOO_LONG"),
        ({"sender": "KATHUTOWNMUN"}, 400, "ERROR_SENDER_INVALID"),
        ({"callback_url": "gopher://x"}, 400, "ERROR_VALIDATION_ERROR"),
        ({"message": "x" * (MOST_OCTETS + 1)}, 413, "ERROR_BODY_TOO_LARGE"),
        (
            {"msisdn": ",".join(f"08{n:08}" for n in range(11_111_111, 11_111_510)), "message": "ก" * 200},
            402,
            "ERROR_NOT_ENOUGH_CREDIT",
        ),
    ],
)
def test_what_is_refused_is_an_attempt_and_not_a_send(
    phone: httpx.Client, changes: dict[str, Any], status: int, name: str
) -> None:
    answer = send(phone, **changes)
    assert (answer.status_code, answer.json()["error"]["name"]) == (status, name)
    assert set(answer.json()["error"]) == {"code", "name", "description"}
    report = phone.get("/ledger").json()
    assert (report["attempts"], report["sends"]) == (1, 0)
    assert report["references"][0]["log"][0]["outcome"] == name


@pytest.mark.parametrize("authorization", ["", "Basic", "Basic ?", "Bearer a2V5OnNlY3JldA==", "Basic a2V5Ondyb25n"])
def test_without_the_right_key_nothing_is_sent(phone: httpx.Client, authorization: str) -> None:
    answer = phone.post("/sms", data=GOOD, headers={"Authorization": authorization})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic")
    assert phone.get("/messages").json() == []


def test_error_500_and_429_send_nothing(phone: httpx.Client) -> None:
    behave(phone, mode="error_500", only_next=1)
    assert send(phone).status_code == 500
    behave(phone, mode="too_many_429", retry_after=9, only_next=1)
    refused = send(phone)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "9")
    assert counted(phone) == (2, 0)
    assert send(phone).status_code == 201
    assert counted(phone) == (3, 1)


def test_slow_answers_after_the_delay(phone: httpx.Client) -> None:
    behave(phone, mode="slow", delay_seconds=0.3, only_next=1)
    answer = send(phone)
    assert answer.status_code == 201
    assert answer.elapsed.total_seconds() >= 0.3


def test_accept_then_drop_ends_the_connection_without_an_octet(phone: httpx.Client) -> None:
    behave(phone, mode="accept_then_drop", only_next=1)
    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        send(phone)
    assert counted(phone) == (1, 1)
    assert send(phone).status_code == 201
    assert counted(phone) == (2, 1)


def test_accept_then_timeout_has_accepted_before_the_caller_gives_up(phone: httpx.Client) -> None:
    behave(phone, mode="accept_then_timeout", delay_seconds=1, only_next=1)
    with pytest.raises(httpx.ReadTimeout):
        phone.post("/sms", data=GOOD, auth=AUTH, timeout=0.3)
    eventually(lambda: counted(phone) == (1, 1))


def test_behaviour_is_told_back_and_a_misspelt_one_refused(phone: httpx.Client) -> None:
    behave(phone, mode="slow", delay_seconds=1, only_next=3)
    assert phone.get("/behaviour").json() == {
        "mode": "slow",
        "delay_seconds": 1.0,
        "retry_after": 5,
        "receipts": "normal",
        "idempotent": True,
        "only_next": 3,
    }
    assert phone.put("/behaviour", json={"mode": "slwo"}).status_code == 422


def test_the_ledger_tells_each_attempt_of_a_reference(phone: httpx.Client) -> None:
    behave(phone, mode="error_500", only_next=1)
    for _ in range(3):
        send(phone)
    (entry,) = phone.get("/ledger").json()["references"]
    assert (entry["reference"], entry["attempts"], entry["sends"]) == ("r-1", 3, 1)
    assert [(attempt["mode"], attempt["outcome"]) for attempt in entry["log"]] == [
        ("error_500", "ERROR_INTERNAL"),
        ("ok", "accepted"),
        ("ok", "repeated"),
    ]


def test_it_runs_below_a_path_of_another_application() -> None:
    outer = FastAPI()
    outer.mount("/sandbox/sms", create_app(SmsSandboxSettings()))
    with serving(outer) as base, httpx.Client(base_url=f"{base}/sandbox/sms", follow_redirects=True) as client:
        assert client.post("/sms", data=GOOD, auth=("sandbox", "sandbox")).status_code == 201
        assert len(client.get("/messages?to=0812345678").json()) == 1
        page = client.get(f"{base}/sandbox/sms?to=0812345678")
        assert GOOD["message"] in page.text
        assert page.url.path == "/sandbox/sms/"
        assert client.get("inbox.css").headers["content-type"].startswith("text/css")
        client.put("/behaviour", json={"mode": "accept_then_drop", "only_next": 1})
        with pytest.raises(httpx.RemoteProtocolError):
            client.post("/sms", data=GOOD, auth=("sandbox", "sandbox"))


def test_the_page_leaves_no_trace_of_the_number(phone: httpx.Client) -> None:
    headers = phone.get("/?to=0812345678").headers
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
