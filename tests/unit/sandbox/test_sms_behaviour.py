"""How long the SMS sandbox misbehaves, and which receipts it plans."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from sandbox.sms_gateway.behaviour import Behaviour, Behaviours, Mode, Receipts
from sandbox.sms_gateway.ledger import Message
from sandbox.sms_gateway.reporter import receipts_for

AT = datetime(2024, 7, 8, 10, 56, 42, tzinfo=UTC)
LATER = AT + timedelta(seconds=3)
MESSAGE = Message("m-1", "r-1", "+66812345678", "เลขคำร้อง", "KATHU", 1, AT, None, Receipts.NORMAL)


def test_it_behaves_well_until_told_otherwise() -> None:
    assert Behaviours().for_this_call() == Behaviour()


def test_only_the_next_calls() -> None:
    behaviours = Behaviours()
    behaviours.put(Behaviour(mode=Mode.SLOW))
    behaviours.put(Behaviour(mode=Mode.ERROR_500, only_next=2))
    assert behaviours.current.only_next == 2
    assert behaviours.for_this_call().mode is Mode.ERROR_500
    assert behaviours.current.only_next == 1
    assert behaviours.for_this_call().mode is Mode.ERROR_500
    assert behaviours.for_this_call() == Behaviour(mode=Mode.SLOW)
    assert behaviours.current == Behaviour(mode=Mode.SLOW)


def test_a_standing_behaviour_ends_a_passing_one() -> None:
    behaviours = Behaviours()
    behaviours.put(Behaviour(mode=Mode.ERROR_500, only_next=2))
    behaviours.put(Behaviour())
    assert behaviours.for_this_call() == Behaviour()


@pytest.mark.parametrize("wrong", [{"mode": "angry"}, {"only_next": 0}, {"delay_seconds": -1}, {"dealy_seconds": 1}])
def test_a_behaviour_that_does_not_exist(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Behaviour.model_validate(wrong)


@pytest.mark.parametrize(
    ("receipts", "expected"),
    [
        (Receipts.NORMAL, [("DELIVERED", "DELIVERED", LATER)]),
        (Receipts.DUPLICATE, [("DELIVERED", "DELIVERED", LATER)] * 2),
        (Receipts.OUT_OF_ORDER, [("DELIVERED", "DELIVERED", LATER), ("UNDELIVERED", "MOBILE_OFF", AT)]),
        (Receipts.UNDELIVERED, [("UNDELIVERED", "MOBILE_OFF", LATER)]),
        (Receipts.NONE, []),
    ],
)
def test_planned_receipts(receipts: Receipts, expected: list[tuple[str, str, datetime]]) -> None:
    bodies = receipts_for(replace(MESSAGE, receipts=receipts), LATER)
    assert [(body["status"], body["code"], body["at"]) for body in bodies] == [
        (status, code, at.isoformat()) for status, code, at in expected
    ]
    assert all((body["message_id"], body["reference"], body["to"]) == ("m-1", "r-1", "+66812345678") for body in bodies)
