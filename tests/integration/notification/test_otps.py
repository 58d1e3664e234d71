"""A code for one use: texted at most once, and written down nowhere."""

from __future__ import annotations

import threading
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.notification.sms.gateway import Outcome, Rejected, Sms, Unavailable, Unknown
from services.notification.sms.memory_gateway import MemoryGateway
from shared.eventlog.sealing import Sealer
from shared.kernel import ids
from tests.support.gateways import assert_problem, erase, fields_of, raw_log, staff, together
from tests.support.loglines import log_lines
from tests.support.notification import PHONE, RECEIPTS, SECRET, TextRoom, text_room

OTPS = "/api/notification/v1/otps"
NUMBER = "KT1080767000011"
OTP = "042917"
SHOWN = f"รหัส OTP {OTP} ดูคำร้อง {NUMBER} ใช้ได้ 10 นาที ห้ามบอกใคร"
SERVICE = staff("service", "*")


def asked(**changed: Any) -> dict[str, Any]:
    """What tracking asks for, with a new message id."""
    known = {"message_id": str(ids.new_id()), "petition_id": str(ids.new_id()), "subject_id": str(ids.new_id())}
    return {**known, "number": NUMBER, "authority": "kathu", "to": PHONE, "otp": OTP, "sender": "KATHU", **changed}


def post(room: TextRoom, body: dict[str, Any], headers: dict[str, str] = SERVICE) -> httpx.Response:
    answer: httpx.Response = room.client.post(OTPS, json=body, headers=headers)
    return answer


def told(room: TextRoom, body: dict[str, Any]) -> tuple[str, bool]:
    """The state and whether another code may be tried."""
    answer = post(room, body)
    assert answer.status_code == 200, answer.text
    assert answer.json()["message_id"] == body["message_id"]
    return answer.json()["state"], answer.json()["again"]


def kept_texts(room: TextRoom, message_id: str) -> list[str]:
    """The texts that the message's facts hold, opened."""
    with room.notification.engine.connect() as connection:
        envelopes = room.notification.log.load(connection, f"sms-{message_id}")
    facts = room.notification.reader.read_all(envelopes)
    return [fact.text for fact in facts if hasattr(fact, "text")]


def test_the_code_goes_to_the_phone(room: TextRoom, sms: MemoryGateway) -> None:
    body = asked()
    assert told(room, body) == ("accepted", False)
    (text,) = sms.sent
    assert (text.to, text.text, text.sender, text.reference) == (PHONE, SHOWN, "KATHU", body["message_id"])
    assert room.recorded() == ["sms.requested", "sms.accepted"]
    (message,) = room.messages(NUMBER)
    assert (message["template"], message["state"], message["segments"]) == ("step_up", "accepted", 1)


def test_the_code_and_the_phone_are_kept_nowhere(room: TextRoom) -> None:
    body = asked()
    with log_lines() as written:
        told(room, body)
        lines = written()
    assert kept_texts(room, body["message_id"]) == [SHOWN.replace(OTP, "••••••")]
    assert [line["event"] for line in lines] == ["otp_sent"]
    for secret in (OTP, PHONE, PHONE[3:]):
        assert secret not in raw_log(room.url)
        assert secret not in str(lines)


def test_asked_again_it_is_one_text(room: TextRoom, sms: MemoryGateway) -> None:
    body = asked()
    assert {told(room, body) for _ in range(3)} == {("accepted", False)}
    assert len(sms.attempts) == 1


def test_asked_many_times_at_once_it_is_one_text(room: TextRoom, sms: MemoryGateway) -> None:
    body = asked()
    answers = together(lambda _: told(room, body), *range(8))
    assert set(answers) <= {("accepted", False), ("unknown", False)}
    assert len(sms.attempts) == 1
    assert told(room, body) == ("accepted", False)


@pytest.mark.parametrize("honours", [True, False])
@pytest.mark.parametrize("accepted", [True, False])
def test_an_unknown_outcome_is_not_tried_again(
    notification_url: str, keyring_url: str, honours: bool, accepted: bool
) -> None:
    sms = MemoryGateway(honours_reference=honours)
    sms.fail_next(Unknown(), accepted=accepted)
    with text_room(notification_url, keyring_url, sms) as room:
        body = asked()
        assert [told(room, body) for _ in range(2)] == [("unknown", False)] * 2
        assert room.recorded() == ["sms.requested", "sms.outcome_unknown"]
    assert len(sms.attempts) == 1


@pytest.mark.parametrize("outcome", [Unavailable(1.0), Rejected("no_credit", permanent=False)])
def test_turned_away_it_is_over_and_another_code_may_follow(
    room: TextRoom, sms: MemoryGateway, outcome: Unavailable | Rejected
) -> None:
    sms.fail_next(outcome)
    body = asked()
    assert [told(room, body) for _ in range(2)] == [("failed", True)] * 2
    assert (len(sms.attempts), room.recorded()) == (1, ["sms.requested", "sms.failed"])
    assert told(room, asked()) == ("accepted", False)


def test_what_the_provider_refuses_for_good_is_not_tried_again(room: TextRoom, sms: MemoryGateway) -> None:
    sms.fail_next(Rejected("bad_phone_number"))
    assert told(room, asked()) == ("failed", False)


def test_nobody_texts_a_landline(room: TextRoom, sms: MemoryGateway) -> None:
    body = asked(to="+6676321500")
    assert [told(room, body) for _ in range(2)] == [("failed", False)] * 2
    assert (sms.attempts, room.recorded()) == ([], ["sms.failed"])


def test_nobody_texts_a_person_who_was_erased(room: TextRoom, sms: MemoryGateway) -> None:
    envelope = room.filed()
    erase(room.keyring_url, UUID(envelope.data["subject_id"]))
    assert_problem(post(room, asked(subject_id=envelope.data["subject_id"])), 409)
    assert (sms.attempts, room.recorded()) == ([], [])


def test_a_receipt_that_comes_before_the_outcome_was_recorded(notification_url: str, keyring_url: str) -> None:
    class Hasty(MemoryGateway):
        """The provider tells of the delivery before it has answered."""

        def send(self, message: Sms) -> Outcome:
            outcome = super().send(message)
            receipt = {"message_id": "memory-1", "reference": message.reference, "status": "DELIVERED"}
            receipt |= {"at": "2024-07-08T17:57:00+07:00"}
            caller = threading.Thread(
                target=room.client.post,
                args=(RECEIPTS,),
                kwargs={"json": receipt, "auth": ("receipts", SECRET)},
            )
            caller.start()
            caller.join(10)
            return outcome

    with text_room(notification_url, keyring_url, Hasty()) as room:
        assert told(room, asked()) == ("accepted", False)
        assert room.recorded() == ["sms.requested", "sms.delivered", "sms.accepted"]
        assert room.messages(NUMBER)[0]["state"] == "delivered"


@pytest.mark.parametrize("role", ["clerk", "admin", "auditor"])
def test_only_services_may_ask(room: TextRoom, sms: MemoryGateway, role: str) -> None:
    assert_problem(post(room, asked(), staff(role, "*")), 403)
    assert_problem(post(room, asked(), {}), 401)
    assert sms.attempts == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("message_id", "1"), ("number", "kt1"), ("number", f"{NUMBER} http://x.th"), ("otp", "12345"),
        ("otp", "1234567"), ("to", ""), ("sender", "FAR TOO LONG"), ("subject_id", None), ("authority", ""),
    ],
)  # fmt: skip
def test_what_cannot_be_a_text_is_422_and_not_repeated(room: TextRoom, field: str, value: Any) -> None:
    answer = post(room, asked(**{field: value}))
    assert fields_of(assert_problem(answer, 422)) == {field}
    assert not {PHONE, OTP} & set(answer.text.split('"'))


def test_a_keyring_that_is_gone_sends_nothing(
    room: TextRoom, sms: MemoryGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(Sealer, "seal", gone)
    body = asked()
    assert_problem(post(room, body), 500)
    monkeypatch.undo()
    assert sms.attempts == []
    assert told(room, body) == ("accepted", False)
