"""The SMS gateway in memory: what tests may tell it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from services.notification.sms.gateway import Accepted, Rejected, Sms, Unavailable, Unknown
from services.notification.sms.memory_gateway import MemoryGateway


def sms(reference: str = "r-1") -> Sms:
    return Sms("+66812345678", "เลขคำร้อง KT1270567000001", reference, "KATHU")


def test_it_fails_as_often_as_told_and_in_that_order() -> None:
    gateway = MemoryGateway()
    gateway.fail_next(Unavailable(3.0), times=2)
    gateway.fail_next(Rejected("blocked"))
    outcomes = [gateway.send(sms()) for _ in range(4)]
    assert outcomes == [Unavailable(3.0), Unavailable(3.0), Rejected("blocked"), Accepted("memory-1")]
    assert len(gateway.attempts) == 4
    assert gateway.sent == [sms()]


def test_an_unknown_outcome_may_or_may_not_hide_a_message() -> None:
    gateway = MemoryGateway()
    gateway.fail_next(Unknown())
    gateway.fail_next(Unknown(), accepted=True)
    assert gateway.send(sms("r-1")) == gateway.send(sms("r-2")) == Unknown()
    assert gateway.sent == [sms("r-2")]


def test_no_other_outcome_hides_a_message() -> None:
    with pytest.raises(ValueError, match="unknown"):
        MemoryGateway().fail_next(Unavailable(), accepted=True)


def test_without_honouring_references_it_sends_again() -> None:
    gateway = MemoryGateway(honours_reference=False)
    assert not gateway.honours_reference
    assert [gateway.send(sms()), gateway.send(sms())] == [Accepted("memory-1"), Accepted("memory-2")]


def test_many_threads_with_one_reference_send_once() -> None:
    gateway = MemoryGateway()
    with ThreadPoolExecutor(8) as together:
        outcomes = set(together.map(lambda _: gateway.send(sms()), range(64)))
    assert outcomes == {Accepted("memory-1")}
    assert len(gateway.sent) == 1
