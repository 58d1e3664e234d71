"""One text message: what is known of it after its facts, and which fact comes next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notification.message import (
    About,
    Message,
    MessageState,
    about,
    after_receipt,
    after_sending,
    evolve,
    fold,
    is_news,
)
from services.notification.receipts import Receipt
from services.notification.sms.gateway import Accepted, Outcome, Rejected, Unavailable, Unknown
from shared.contracts.fact import Fact
from shared.contracts.notification import (
    SmsAccepted,
    SmsDelivered,
    SmsFailed,
    SmsOutcomeUnknown,
    SmsRequested,
    SmsUndelivered,
)
from tests.support.facts import accepted as petition_accepted

AT: Final = datetime(2024, 7, 8, 10, 57, tzinfo=UTC)
WHICH: Final = About(UUID(int=1), UUID(int=2), "KT1080767000011")
KNOWN: Final = {"message_id": WHICH.message_id, "petition_id": WHICH.petition_id, "number": WHICH.number}
PERSON: Final = {"subject_id": UUID(int=3), "to": "+66812345678", "text": "เลขคำร้อง"}

REQUESTED: Final = SmsRequested(**KNOWN, **PERSON, template="filed", segments=1, attempt=1)
ACCEPTED: Final = SmsAccepted(**KNOWN, provider_ref="p-1")
UNKNOWN: Final = SmsOutcomeUnknown(**KNOWN, attempt=1)
FAILED: Final = SmsFailed(**KNOWN, code="bad_phone_number")
DELIVERED: Final = SmsDelivered(**KNOWN, at=AT)
UNDELIVERED: Final = SmsUndelivered(**KNOWN, code="EXPIRED", at=AT)
ALL: Final[list[Fact]] = [REQUESTED, ACCEPTED, UNKNOWN, FAILED, DELIVERED, UNDELIVERED]


def receipt(*, delivered: bool) -> Receipt:
    return Receipt("p-1", None, delivered, "DELIVERED" if delivered else "EXPIRED", AT + timedelta(minutes=1))


@pytest.mark.parametrize(
    ("facts", "state", "settled"),
    [
        ([], MessageState.NEW, False),
        ([REQUESTED], MessageState.REQUESTED, False),
        ([REQUESTED, UNKNOWN], MessageState.UNKNOWN, False),
        ([REQUESTED, UNKNOWN, REQUESTED], MessageState.REQUESTED, False),
        ([REQUESTED, ACCEPTED], MessageState.ACCEPTED, True),
        ([REQUESTED, FAILED], MessageState.FAILED, True),
        ([FAILED], MessageState.FAILED, True),
        ([REQUESTED, DELIVERED], MessageState.DELIVERED, True),
        ([REQUESTED, ACCEPTED, UNDELIVERED], MessageState.UNDELIVERED, True),
        ([REQUESTED, ACCEPTED, UNDELIVERED, DELIVERED], MessageState.DELIVERED, True),
        ([REQUESTED, DELIVERED, UNDELIVERED], MessageState.DELIVERED, True),
        ([REQUESTED, DELIVERED, ACCEPTED], MessageState.DELIVERED, True),
        ([REQUESTED, UNDELIVERED, ACCEPTED], MessageState.UNDELIVERED, True),
        ([REQUESTED, UNKNOWN, FAILED, DELIVERED], MessageState.DELIVERED, True),
    ],
)
def test_what_is_known_after_its_facts(facts: list[Fact], state: MessageState, settled: bool) -> None:
    message = fold(facts)
    assert (message.state, message.is_settled, message.version) == (state, settled, len(facts))
    assert message.attempts == facts.count(REQUESTED)
    assert message.unknown == facts.count(UNKNOWN)


@given(st.lists(st.sampled_from(ALL)))
def test_delivery_is_final_and_every_fact_counts_once(facts: list[Fact]) -> None:
    message = fold(facts)
    assert message.version == len(facts)
    assert (message.state is MessageState.DELIVERED) == (DELIVERED in facts)
    if DELIVERED in facts:
        assert message.at == AT


@pytest.mark.parametrize(
    ("before", "accepted", "failed"),
    [
        ([REQUESTED], True, True),
        ([REQUESTED, UNKNOWN, REQUESTED], True, True),
        ([REQUESTED, DELIVERED], True, False),
        ([REQUESTED, UNDELIVERED], True, False),
        ([REQUESTED, ACCEPTED], False, False),
        ([REQUESTED, DELIVERED, ACCEPTED], False, False),
    ],
)
def test_an_answer_that_is_recorded_late_tells_what_nobody_has_told(
    before: list[Fact], accepted: bool, failed: bool
) -> None:
    assert is_news(fold(before), ACCEPTED) is accepted
    assert is_news(fold(before), FAILED) is failed


def test_facts_of_others_change_nothing() -> None:
    message = evolve(Message(), petition_accepted(UUID(int=2)))
    assert (message.state, message.version) == (MessageState.NEW, 1)


@pytest.mark.parametrize(
    ("outcome", "fact"),
    [
        (Accepted("p-1"), ACCEPTED),
        (Rejected("bad_phone_number"), FAILED),
        (Rejected("no_credit", permanent=False), None),
        (Unavailable(5.0), None),
        (Unknown(), SmsOutcomeUnknown(**KNOWN, attempt=2)),
    ],
)
def test_what_the_gateway_said_becomes_a_fact(outcome: Outcome, fact: Fact | None) -> None:
    assert after_sending(WHICH, 2, outcome) == fact


@pytest.mark.parametrize(
    ("before", "delivered", "undelivered"),
    [
        ([], None, None),
        ([REQUESTED], SmsDelivered, SmsUndelivered),
        ([REQUESTED, UNKNOWN], SmsDelivered, SmsUndelivered),
        ([REQUESTED, ACCEPTED], SmsDelivered, SmsUndelivered),
        ([REQUESTED, FAILED], SmsDelivered, SmsUndelivered),
        ([REQUESTED, UNDELIVERED], SmsDelivered, None),
        ([REQUESTED, DELIVERED], None, None),
    ],
)
def test_a_receipt_that_tells_something_new_becomes_a_fact(
    before: list[Fact], delivered: type[Fact] | None, undelivered: type[Fact] | None
) -> None:
    for wanted, told in ((delivered, receipt(delivered=True)), (undelivered, receipt(delivered=False))):
        fact = after_receipt(WHICH, fold(before), told)
        assert (type(fact) if fact else None) is wanted
        if isinstance(fact, SmsDelivered | SmsUndelivered):
            assert (fact.message_id, fact.at) == (WHICH.message_id, told.at)


def test_a_message_begins_with_what_it_is_about() -> None:
    assert about(REQUESTED) == about(FAILED) == WHICH
    with pytest.raises(TypeError):
        about(DELIVERED)
