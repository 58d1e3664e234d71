"""What an operator may rely on, whether parked facts are in RabbitMQ's queues or in the table."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol
from uuid import UUID, uuid4

import pytest

from shared.contracts.envelope import CONTENT_TYPE, Envelope
from shared.messaging import failures
from shared.messaging.declaring import declare
from shared.messaging.delivery import Deliveries, Message
from shared.messaging.inbox import handle_once
from shared.messaging.parked import EVERYTHING, NoSuchQueue, Parked, Selection, TableParked
from shared.messaging.parked_queues import RabbitParked
from shared.messaging.puller import Puller
from shared.messaging.reaction import PermanentFailure
from shared.messaging.topology import Topology, parked_queue
from tests.support.messaging import Room, room
from tests.support.queues import Queues
from tests.support.servers import Broker, MakeDatabase

WHY = "the form has no such field"


class World(Protocol):
    """A service with two queues, of which facts can be parked."""

    parked: Parked
    queues: tuple[str, str]

    def park(self, queue: str, note: str = "ทดสอบ") -> Envelope: ...

    def park_again(self, queue: str, fact: Envelope) -> None: ...

    def set_going(self, queue: str) -> list[UUID]:
        """The facts that will be tried again, with how many attempts behind them: none."""
        ...


@dataclass
class InTable:
    room: Room
    queues: tuple[str, str]

    def __post_init__(self) -> None:
        self.parked: Parked = TableParked({"intake": self.room.engine}, {"intake": self.room.feed})

    def park(self, queue: str, note: str = "ทดสอบ") -> Envelope:
        (fact,) = self.room.append(note)
        self.park_again(queue, fact)
        return fact

    def park_again(self, queue: str, fact: Envelope) -> None:
        with self.room.engine.begin() as transaction:
            failures.record(transaction, queue, fact, 3, None, f"PermanentFailure: {WHY}")

    def set_going(self, queue: str) -> list[UUID]:
        moment = datetime.now(UTC) + timedelta(seconds=1)
        with self.room.engine.connect() as connection:
            return [each.event_id for each in failures.due(connection, queue, moment, 100) if each.attempts == 0]


@dataclass
class InBroker(InTable):
    broker: Queues
    uri: str

    def __post_init__(self) -> None:
        table = TableParked({"intake": self.room.engine}, {"intake": self.room.feed})
        self.topology = replace(self.room.topology, subscriptions=dict.fromkeys(self.queues, ("petition.*",)))
        self.parked = RabbitParked(self.uri, table, self.topology)

    def park_again(self, queue: str, fact: Envelope) -> None:
        properties = {"message_id": str(fact.id), "type": fact.type}
        headers = {"x-khamrong-attempts": 2}
        message = Message(fact.model_dump_json().encode(), CONTENT_TYPE, properties, headers)
        Deliveries(self.room.desk, self.topology, self._forward).failed(queue, message, PermanentFailure(WHY))

    def set_going(self, queue: str) -> list[UUID]:
        """Both in the queue and, for the sweep, in the table."""
        taken = self.broker.take(queue)
        assert all("x-khamrong-attempts" not in (properties.headers or {}) for properties, _ in taken)
        sent = [Envelope.model_validate_json(body).id for _, body in taken]
        assert sorted(super().set_going(queue)) == sorted(sent)
        return sent

    def _forward(self, queue: str, message: Message) -> None:
        self.broker.publish(queue, message.body, headers=dict(message.headers), **message.properties)


@contextmanager
def broker_world(made: Room, queues: tuple[str, str], uri: str) -> Iterator[InBroker]:
    with Queues(uri) as broker:
        world = InBroker(made, queues, broker, uri)
        declare(uri, world.topology)
        yield world


@pytest.fixture
def made(make_database: MakeDatabase) -> Iterator[Room]:
    with room(make_database()) as made:
        yield made


@pytest.fixture
def in_broker(made: Room, rabbitmq: Broker) -> Iterator[InBroker]:
    with broker_world(made, (made.queue, f"{made.queue}_again"), rabbitmq.uri) as world:
        yield world


@pytest.fixture(params=["table", "broker"])
def world(request: pytest.FixtureRequest, made: Room) -> World:
    if request.param == "table":
        return InTable(made, (made.queue, f"{made.queue}_again"))
    chosen: World = request.getfixturevalue("in_broker")
    return chosen


def parked_ids(world: World, queue: str | None = None) -> list[UUID]:
    return [fact.event_id for fact in world.parked.list(queue)]


def test_nothing_is_parked_at_first(world: World) -> None:
    assert world.parked.list() == []
    assert world.parked.show(uuid4()) == []
    assert world.parked.redrive(EVERYTHING) == 0


def test_what_is_parked_is_listed_with_its_reason(world: World) -> None:
    fact = world.park(world.queues[0])
    (listed,) = world.parked.list()
    assert (listed.queue, listed.event_id, listed.type) == (world.queues[0], fact.id, "petition.accepted")
    assert (listed.attempts, listed.reason) == (3, f"PermanentFailure: {WHY}")
    assert listed.parked_at is not None
    assert abs(datetime.now(UTC) - listed.parked_at) < timedelta(minutes=1)


def test_looking_changes_nothing(world: World) -> None:
    facts = [world.park(world.queues[0]).id for _ in range(5)]
    assert [parked_ids(world) for _ in range(25)] == [facts] * 25


def test_a_list_may_be_of_one_queue(world: World) -> None:
    one, other = (world.park(queue) for queue in world.queues)
    assert parked_ids(world, world.queues[0]) == [one.id]
    assert parked_ids(world, world.queues[1]) == [other.id]
    assert sorted(parked_ids(world)) == sorted([one.id, other.id])


def test_a_fact_is_shown_as_it_is_stored(world: World) -> None:
    world.park(world.queues[0])
    fact = world.park(world.queues[0], note="ถนนชำรุด")
    (shown,) = world.parked.show(fact.id)
    assert shown.fact.event_id == fact.id
    assert Envelope.model_validate_json(shown.body) == Envelope.model_validate(fact.model_dump())


def test_one_fact_is_set_going(world: World) -> None:
    first, second, third = (world.park(world.queues[0]).id for _ in range(3))
    assert world.parked.redrive(second) == 1
    assert parked_ids(world) == [first, third]
    assert world.set_going(world.queues[0]) == [second]


def test_one_queue_is_set_going(world: World) -> None:
    one, other = (world.park(queue).id for queue in world.queues)
    assert world.parked.redrive(world.queues[0]) == 1
    assert parked_ids(world) == [other]
    assert world.set_going(world.queues[0]) == [one]
    assert world.set_going(world.queues[1]) == []


@pytest.mark.parametrize("selection", [EVERYTHING])
def test_everything_is_set_going(world: World, selection: Selection) -> None:
    facts = [world.park(queue).id for queue in world.queues]
    assert world.parked.redrive(selection) == 2
    assert parked_ids(world) == []
    assert [world.set_going(queue) for queue in world.queues] == [[facts[0]], [facts[1]]]


def test_a_queue_that_does_not_exist_is_no_selection(world: World) -> None:
    with pytest.raises(NoSuchQueue):
        world.parked.redrive("elsewhere.nothing")


def test_what_can_never_be_handled_is_discarded_with_a_reason(world: World) -> None:
    first, second = (world.park(world.queues[0]) for _ in range(2))
    assert world.parked.discard(first.id, "ผู้ร้องยื่นซ้ำ") == 1
    assert parked_ids(world) == [second.id]
    (told,) = world.parked.discarded()
    assert (told.queue, told.event_id, told.type) == (world.queues[0], first.id, "petition.accepted")
    assert told.reason == f"ผู้ร้องยื่นซ้ำ (PermanentFailure: {WHY})"
    assert world.parked.discarded(world.queues[1]) == []
    assert world.parked.show(first.id) == []


def test_what_was_discarded_is_not_set_going_nor_discarded_again(world: World) -> None:
    fact = world.park(world.queues[0])
    world.parked.discard(fact.id, "why")
    assert world.parked.redrive(fact.id) == world.parked.redrive(EVERYTHING) == 0
    assert world.parked.discard(fact.id, "again") == 0
    assert world.set_going(world.queues[0]) == []
    assert [told.reason[:3] for told in world.parked.discarded()] == ["why"]


def test_a_fact_is_discarded_in_each_queue_where_it_is_parked(world: World) -> None:
    fact = world.park(world.queues[0])
    world.park_again(world.queues[1], fact)
    assert world.parked.discard(fact.id, "why") == 2
    assert sorted(told.queue for told in world.parked.discarded()) == sorted(world.queues)


def test_what_is_not_parked_cannot_be_discarded(world: World) -> None:
    assert world.parked.discard(uuid4(), "why") == 0
    assert world.parked.discarded() == []


def test_a_discarded_fact_that_comes_again_is_not_handled(world: World, made: Room) -> None:
    """A copy that was still under way, and the sweep, which looks for facts that nobody handled."""
    queue = world.queues[0]
    fact = world.park(queue)
    world.parked.discard(fact.id, "why")
    handle_once(made.engine, queue, made.react, fact)
    topology = Topology("facts", {queue: ("petition.*",)}, made.topology.retry_seconds)
    puller = Puller(queue, [made.feed], made.engine, made.react, topology=topology)
    puller.step()
    puller.end()
    assert (made.tries(fact.id), made.effects(fact.id)) == (0, 0)


def test_nothing_takes_back_that_a_fact_was_discarded(world: World, made: Room) -> None:
    """A copy that failed late, and one that is found to be handled."""
    queue = world.queues[0]
    fact = world.park(queue)
    world.parked.discard(fact.id, "why")
    with made.engine.begin() as transaction:
        failures.record(transaction, queue, fact, 1, None, "late")
        failures.forget(transaction, queue, fact.id)
    assert [told.reason[:3] for told in world.parked.discarded()] == ["why"]


def test_messages_that_are_no_facts_are_discarded_too(in_broker: InBroker) -> None:
    queue = in_broker.queues[0]
    in_broker.broker.publish(parked_queue(queue), b"{", headers={"x-first-death-reason": "delivery_limit"})
    (listed,) = in_broker.parked.list()
    assert in_broker.parked.discard(listed.event_id, "octets of a stranger") == 1
    assert in_broker.parked.list() == []
    (told,) = in_broker.parked.discarded(queue)
    assert (told.event_id, told.type) == (listed.event_id, None)
    assert told.reason == "octets of a stranger (delivery_limit)"


def test_messages_that_are_no_facts_can_be_redriven_too(in_broker: InBroker) -> None:
    queue = in_broker.queues[0]
    in_broker.broker.publish(parked_queue(queue), b"{", headers={"x-first-death-reason": "delivery_limit"})
    (listed,) = in_broker.parked.list()
    assert (listed.type, listed.attempts, listed.reason) == (None, 0, "delivery_limit")
    assert in_broker.parked.show(listed.event_id)[0].body == "{"
    assert in_broker.parked.redrive(listed.event_id) == 1
    assert [body for _, body in in_broker.broker.take(queue)] == [b"{"]


def test_what_only_the_table_knows_is_there_too(in_broker: InBroker) -> None:
    """Parked by a sweep, while the broker was away."""
    queue = in_broker.queues[0]
    (fact,) = in_broker.room.append("ทดสอบ")
    InTable.park_again(in_broker, queue, fact)
    in_broker.park(queue)
    assert fact.id in parked_ids(in_broker)
    assert len(in_broker.parked.show(fact.id)) == 1
    assert in_broker.parked.redrive(fact.id) == 1
    assert InTable.set_going(in_broker, queue) == [fact.id]
