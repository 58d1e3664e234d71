"""Delivery receipts become facts: each news once, whoever repeats it and in whatever order; and staff see what came."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import pytest

from sandbox.sms_gateway import SmsSandboxSettings
from sandbox.sms_gateway import create_app as create_sandbox
from sandbox.sms_gateway.serving import serving
from services.notification.gateway import gateway
from services.notification.sms.gateway import Unavailable
from services.notification.sms.memory_gateway import MemoryGateway
from shared.gateway.app import create_app
from tests.support import facts
from tests.support.gateways import GATEKEEPER, assert_problem, raw_log, rows, staff, together
from tests.support.loglines import log_lines
from tests.support.notification import PHONE, RECEIPTS, SECRET, TextRoom, text_room
from tests.support.waiting import eventually

SENT = ["sms.requested", "sms.accepted"]


def test_delivered(room: TextRoom) -> None:
    room.react(envelope := room.filed())
    assert room.receipt(envelope, "DELIVERED").json() == {"status": "OK"}
    assert room.recorded() == [*SENT, "sms.delivered"]
    (told,) = room.messages()
    assert (told["state"], told["delivered_at"]) == ("delivered", "2024-07-08T10:57:00Z")
    assert (told["template"], told["attempts"], told["segments"]) == ("filed", 1, 1)
    assert told["message_id"] == str(room.message_id(envelope))
    assert "phone" not in told


@pytest.mark.parametrize(
    ("statuses", "recorded"),
    [
        (["DELIVERED", "DELIVERED"], ["sms.delivered"]),
        (["UNDELIVERED", "UNDELIVERED"], ["sms.undelivered"]),
        (["UNDELIVERED", "DELIVERED"], ["sms.undelivered", "sms.delivered"]),
        (["DELIVERED", "UNDELIVERED"], ["sms.delivered"]),
        (["ACCEPTED", "BUFFERED"], []),
    ],
)
def test_twice_and_out_of_order(room: TextRoom, statuses: list[str], recorded: list[str]) -> None:
    room.react(envelope := room.filed())
    assert [room.receipt(envelope, status).status_code for status in statuses] == [200] * len(statuses)
    assert room.recorded()[2:] == recorded


def test_many_at_once_are_one_fact(room: TextRoom) -> None:
    room.react(envelope := room.filed())
    answers = together(lambda _: room.receipt(envelope, "DELIVERED"), *range(8))
    assert {answer.status_code for answer in answers} == {200}
    assert room.recorded() == [*SENT, "sms.delivered"]


def test_before_the_acceptance_was_recorded(room: TextRoom, sms: MemoryGateway) -> None:
    """The phone rings before the provider's answer reaches us: nothing more is sent."""
    envelope = room.filed()
    sms.fail_next(Unavailable())
    with pytest.raises(Exception, match="Unavailable"):
        room.react(envelope)
    room.receipt(envelope, "DELIVERED")
    room.react(envelope)
    assert room.recorded() == ["sms.requested", "sms.delivered"]
    assert sms.sent == []


def test_a_receipt_that_names_only_the_providers_id(room: TextRoom) -> None:
    room.react(envelope := room.filed())
    for reference in (None, "not ours"):
        assert room.receipt(envelope, "DELIVERED", reference=reference, message_id="memory-1").status_code == 200
    assert room.recorded() == [*SENT, "sms.delivered"]


def test_an_id_of_two_messages_tells_of_neither(room: TextRoom) -> None:
    room.react(envelope := room.filed())
    with room.notification.engine.begin() as transaction:
        transaction.exec_driver_sql("INSERT INTO messages VALUES (gen_random_uuid(), 'KT', 'kathu', 'memory-1')")
    room.receipt(envelope, "DELIVERED", reference=None, message_id="memory-1")
    assert room.recorded() == SENT


def test_a_message_that_is_not_ours_is_answered_the_same(room: TextRoom) -> None:
    envelope = room.filed()
    for reference in (None, "x", str(uuid4())):
        answer = room.receipt(envelope, "DELIVERED", reference=reference)
        assert (answer.status_code, answer.json()) == (200, {"status": "OK"})
    assert room.recorded() == []


def test_without_the_password_nothing_is_believed(room: TextRoom) -> None:
    room.react(envelope := room.filed())
    assert_problem(room.receipt(envelope, "DELIVERED", password="guessed"), 401)
    assert_problem(room.receipt(envelope, "DELIVERED", password="ผิด"), 401)
    answer = room.client.post(RECEIPTS, json={})
    assert_problem(answer, 401)
    assert answer.headers["www-authenticate"].startswith("Basic")
    assert_problem(room.client.post(RECEIPTS, json={}, auth=("someone", SECRET)), 401)
    assert room.recorded() == SENT


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"5", b"null", b"\xff", b'{"message_id": 1}', b"[" * 9_000])
def test_what_is_no_receipt_is_400(open_room: TextRoom, content: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = open_room.client.post(RECEIPTS, content=content, headers=headers, auth=("receipts", SECRET))
    assert assert_problem(answer, 400)["type"] == "urn:khamrong:malformed-receipt"


@pytest.mark.parametrize(
    "changed",
    [
        {"status": "สำเร็จ"},
        {"status": "MAYBE"},
        {"at": "yesterday"},
        {"at": "2024-07-08T10:57:00"},
        {"at": "0001-01-01T00:00:00+14:00"},
        {"message_id": "x\u0000"},
        {"message_id": ""},
        {"reference": "r\u0000"},
        {"code": "somchai@example.com"},
    ],
)
def test_a_receipt_with_a_wrong_field_is_400_and_is_not_repeated(open_room: TextRoom, changed: dict[str, Any]) -> None:
    open_room.react(envelope := open_room.filed())
    answer = open_room.receipt(envelope, **{"status": "DELIVERED", **changed})
    problem = assert_problem(answer, 400)
    assert next(iter(changed)) in problem["detail"]
    assert next(iter(changed.values())) not in answer.text or changed == {"message_id": ""}
    assert open_room.recorded()[-2:] == SENT


def test_staff_see_the_messages_of_their_own_authority(room: TextRoom) -> None:
    room.react(room.filed())
    room.react(room.filed(authority="ban"))
    assert len(room.messages()) == len(room.messages(authority="ban")) == 1
    assert len(room.messages(authority="*")) == 2
    assert room.messages("KT1080767999999") == []
    address, number = "/api/notification/v1/messages", {"number": facts.NUMBER}
    assert_problem(room.client.get(address, params=number), 401)
    assert_problem(room.client.get(address, params=number, headers=staff("service", "*")), 403)
    assert_problem(room.client.get(address, params={"number": "\0"}, headers=staff("clerk")), 400)
    assert_problem(room.client.get(address, headers=staff("clerk")), 422)


def test_nothing_personal_in_logs_answers_and_rows(room: TextRoom, sms: MemoryGateway) -> None:
    with log_lines("notification") as lines:
        sms.fail_next(Unavailable())
        envelope = room.filed()
        with pytest.raises(Exception, match="Unavailable"):
            room.react(envelope)
        room.react(envelope)
        room.receipt(envelope, "UNDELIVERED", to=PHONE)
        room.receipt(envelope, "DELIVERED", reference="not ours", to=PHONE)
        room.receipt(envelope, "DELIVERED", password="wrong")
        room.react(room.filed(phone="+6676321500"))
        logged = str(lines())
    assert "receipt_refused" in logged
    stored = raw_log(room.url) + str(rows(room.url, "SELECT m::text FROM messages AS m"))
    stored += str(rows(room.url, "SELECT i::text FROM messaging.inbox AS i"))
    assert "sms.requested" in stored
    shown = str(room.messages())
    personal = (*facts.PERSONAL_TEXTS, "66812345678", "0812345678", "76321500")
    assert [text for text in personal if text in stored or text in logged or text in shown] == []


@pytest.mark.parametrize("receipts", ["duplicate", "out_of_order"])
def test_with_the_real_sandbox_to_the_phone_and_back(
    room: TextRoom, notification_url: str, keyring_url: str, receipts: str
) -> None:
    """Over real HTTP in both directions: a worker texts, and the provider posts two receipts to the gateway."""
    with serving(create_app(gateway(room.notification), GATEKEEPER)) as ours:
        given = {"callback_url": f"{ours}{RECEIPTS}", "callback_username": "receipts", "callback_password": SECRET}
        settings = SmsSandboxSettings.model_validate({"receipt_delay_seconds": 0, **given})
        with (
            serving(create_sandbox(settings)) as base,
            httpx.Client(base_url=base) as phone,
            text_room(notification_url, keyring_url, sms_url=base) as worker,
        ):
            phone.put("/behaviour", json={"receipts": receipts}).raise_for_status()
            envelope = worker.filed()
            worker.react(envelope)
            worker.react(envelope)
            eventually(lambda: room.recorded() == [*SENT, "sms.delivered"])
            eventually(lambda: not any(each["receipt_due"] for each in phone.get("/ledger").json()["submissions"]))
            (message,) = phone.get("/messages", params={"to": PHONE}).json()
    assert message["reference"] == str(worker.message_id(envelope))
    assert facts.NUMBER in message["text"]
    assert room.recorded() == [*SENT, "sms.delivered"]
