"""The inbox: claims and looks that share a statement."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
import sqlalchemy as sa

from shared.contracts.envelope import CONTENT_TYPE, Envelope
from shared.messaging.delivery import Deliveries, Message, Settlement
from shared.messaging.inbox import Looks, NotClaimed, claim_for, claim_together, handle_once
from shared.messaging.reaction import Claim, Desk
from tests.support.gateways import together
from tests.support.messaging import Room

QUEUES = ("intake.first", "intake.second")


@pytest.fixture
def room(make_room: Callable[[], Room]) -> Room:
    return make_room()


@pytest.fixture
def facts(room: Room) -> list[Envelope]:
    return room.append(*"abcde")


@pytest.fixture
def looks(room: Room) -> Iterator[Looks]:
    with closing(Looks(room.engine)) as made:
        yield made


def test_each_claim_is_answered_and_of_two_for_the_same_fact_one_is_true(room: Room, facts: list[Envelope]) -> None:
    first, second, third = (claim_for(QUEUES[0], fact) for fact in facts[:3])
    with room.engine.begin() as transaction:
        assert second(transaction)
    with room.engine.begin() as transaction:
        assert claim_together(transaction, [third, second, first, third]) == [True, False, True, False]
    with room.engine.begin() as transaction:
        assert claim_together(transaction, [first, second, third]) == [False] * 3
        assert claim_for(QUEUES[1], facts[0])(transaction)


def test_claims_that_are_rolled_back_can_be_had_again(room: Room, facts: list[Envelope], looks: Looks) -> None:
    claims = [claim_for(QUEUES[0], fact) for fact in facts]
    with room.engine.connect() as connection:
        assert all(claim_together(connection, claims))
        connection.rollback()
    assert not looks.handled(QUEUES[0], facts[0].id)
    with room.engine.begin() as transaction:
        assert all(claim_together(transaction, claims))


def test_many_who_claim_the_same_facts_in_any_order_wait_and_never_deadlock(room: Room, facts: list[Envelope]) -> None:
    claims = [claim_for(QUEUES[0], fact) for fact in facts]

    def claim(nth: int) -> list[bool]:
        turned = claims[nth % 5 :] + claims[: nth % 5]
        with room.engine.begin() as transaction:
            return claim_together(transaction, turned if nth % 2 else turned[::-1])

    answers = together(claim, *range(16))
    assert sum(map(sum, answers)) == len(facts)


def test_looks_that_come_together_are_answered_apart(room: Room, facts: list[Envelope], looks: Looks) -> None:
    with room.engine.begin() as transaction:
        claim_together(transaction, [claim_for(QUEUES[0], fact) for fact in facts[:2]])
    asked = [(queue, fact.id) for queue in QUEUES for fact in facts]
    answers = together(lambda key: looks.handled(*key), *asked, threads=10)
    assert answers == [True, True] + [False] * 8


def test_a_look_that_the_database_does_not_answer_is_told(room: Room, facts: list[Envelope], looks: Looks) -> None:
    with room.database.owner.begin() as transaction:
        transaction.execute(sa.text("ALTER TABLE messaging.inbox RENAME TO away"))
    try:
        with pytest.raises(sa.exc.ProgrammingError):
            looks.handled(QUEUES[0], facts[0].id)
    finally:
        with room.database.owner.begin() as transaction:
            transaction.execute(sa.text("ALTER TABLE messaging.away RENAME TO inbox"))
    assert not looks.handled(QUEUES[0], facts[0].id)


class LooksItself:
    """A reaction that fails before it comes to look."""

    looks_itself = True

    def __call__(self, envelope: Envelope, claim: Claim) -> None:
        raise ValueError("before it looked")


def deliveries_of(room: Room, copies: list[str]) -> Deliveries:
    desk = Desk("intake", room.engine, {room.queue: LooksItself(), QUEUES[0]: room.react})
    return Deliveries(desk, room.topology, lambda queue, _: copies.append(queue))


def message_of(fact: Envelope, attempts: int = 0) -> Message:
    return Message(fact.model_dump_json().encode(), CONTENT_TYPE, {}, {"x-khamrong-attempts": attempts})


def test_a_claim_that_was_rolled_back_proves_nothing(room: Room) -> None:
    """A defect of the reaction: the embedded way and the sweep find it out, and a delivery that failed before."""
    (fact,) = room.append("rolled back")
    with pytest.raises(NotClaimed):
        handle_once(room.engine, QUEUES[0], room.react, fact)
    claim = claim_for(QUEUES[0], fact)
    room.react(fact, claim)
    with closing(deliveries_of(room, [])) as deliveries, pytest.raises(NotClaimed):
        deliveries.returned(QUEUES[0], message_of(fact, attempts=1), fact, claim)


def test_a_fact_that_is_done_is_done_though_its_reaction_fails_before_it_looks(room: Room) -> None:
    done, new = room.append("fine", "fine")
    with room.engine.begin() as transaction:
        assert claim_for(room.queue, done)(transaction)
    handle_once(room.engine, room.queue, LooksItself(), done)
    with pytest.raises(ValueError, match="before it looked"):
        handle_once(room.engine, room.queue, LooksItself(), new)
    copies: list[str] = []
    with closing(deliveries_of(room, copies)) as deliveries:
        assert deliveries.failed(room.queue, message_of(done), ValueError()) is Settlement.ACKNOWLEDGE
        assert copies == []
        assert deliveries.failed(room.queue, message_of(new), ValueError()) is Settlement.ACKNOWLEDGE
    assert copies == [f"{room.queue}.retry.1"]
