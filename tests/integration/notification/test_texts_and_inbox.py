"""What the inbox knows is not texted, and what it has forgotten is not texted again."""

from __future__ import annotations

from services.notification.on_petition_filed import QUEUE
from services.notification.sms.memory_gateway import MemoryGateway
from shared.messaging.inbox import claim_for
from tests.support.gateways import together
from tests.support.notification import TextRoom

SENT = ["sms.requested", "sms.accepted"]


def test_a_fact_that_the_inbox_knows_is_not_texted(room: TextRoom, sms: MemoryGateway) -> None:
    """An operator discarded it, and a copy comes late."""
    envelope = room.filed()
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
