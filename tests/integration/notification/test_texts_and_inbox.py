"""What the inbox knows is not texted, and what it has forgotten is not texted again."""

from __future__ import annotations

import pytest

from services.notification.on_petition_filed import QUEUE
from services.notification.outbound import TryAgain
from services.notification.sms.gateway import Unavailable
from services.notification.sms.memory_gateway import MemoryGateway
from shared.contracts.petition import SmsPolicy
from shared.messaging.inbox import claim_for
from tests.support.gateways import raised_by, together
from tests.support.notification import TextRoom

SENT = ["sms.requested", "sms.accepted"]


def test_a_fact_that_the_inbox_knows_is_not_texted(room: TextRoom, sms: MemoryGateway) -> None:
    """An operator discarded it, and a copy comes late."""
    envelope = room.filed()
    with room.notification.engine.begin() as transaction:
        assert claim_for(QUEUE, envelope)(transaction)
    room.react(envelope)
    assert (sms.attempts, room.recorded()) == ([], [])


def test_one_that_was_begun_and_discarded_is_not_texted_beside_one_that_is_known(
    room: TextRoom, sms: MemoryGateway
) -> None:
    begun, known = room.filed(), room.filed()
    room.react(known)
    sms.fail_next(Unavailable())
    with pytest.raises(TryAgain):
        room.react(begun)
    attempts = len(sms.attempts)
    with room.notification.engine.begin() as transaction:
        transaction.exec_driver_sql("DELETE FROM messaging.inbox")
        assert claim_for(QUEUE, begun)(transaction)
    told = together(lambda envelope: raised_by(room.react, envelope), *([begun, known] * 6))
    assert set(told) <= {"", "TryAgain"}
    assert len(sms.attempts) == attempts
    assert room.recorded() == [*SENT, "sms.requested"]


def test_one_that_cannot_be_written_and_was_discarded_comes_to_nothing(room: TextRoom, sms: MemoryGateway) -> None:
    envelope = room.filed(sms=SmsPolicy(include_link=False, link_base=None, sender="FAR TOO LONG"))
    with room.notification.engine.begin() as transaction:
        assert claim_for(QUEUE, envelope)(transaction)
    room.react(envelope)
    assert (sms.attempts, room.recorded()) == ([], [])


def test_old_and_new_ones_that_come_together_are_told_apart(room: TextRoom, sms: MemoryGateway) -> None:
    """The inbox was lost: what was sent before is not sent again, and does not keep the others waiting."""
    old, new = [room.filed() for _ in range(6)], [room.filed() for _ in range(6)]
    together(room.react, *old)
    with room.notification.engine.begin() as transaction:
        transaction.exec_driver_sql("DELETE FROM messaging.inbox")
    together(room.react, *(each for pair in zip(old, new, strict=True) for each in pair))
    assert len(sms.attempts) == 12
    assert sorted(room.recorded()) == sorted(SENT * 12)
