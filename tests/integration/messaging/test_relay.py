"""The relay publishes every fact in order, and its checkpoint never passes one that is not confirmed."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial

import sqlalchemy as sa

from deploy.native.processes import ChildProcesses
from shared.contracts.envelope import Envelope
from shared.kernel.crashpoints import KILLED, VARIABLE
from shared.kernel.database import connect
from shared.messaging.declaring import declare
from tests.support.messaging import Room
from tests.support.queues import Queues
from tests.support.relay import command, interruptions, relaying
from tests.support.servers import Broker
from tests.support.waiting import eventually


def has_relayed(made: Room, count: int) -> bool:
    return made.relayed() == count


def positions(queues: Queues, queue: str) -> list[int]:
    return [Envelope.model_validate_json(body).position for _, body in queues.take(queue)]


def test_every_fact_is_published_once_in_order(declared: Room, rabbitmq: Broker, queues: Queues) -> None:
    declared.append(*["fine"] * 700)
    with relaying(declared, rabbitmq.uri):
        eventually(lambda: declared.relayed() == 700)
        declared.append("fine")
        eventually(lambda: declared.relayed() == 701)
    assert positions(queues, declared.queue) == list(range(1, 702))


def test_a_message_is_a_cloud_event_with_native_properties(declared: Room, rabbitmq: Broker, queues: Queues) -> None:
    (fact,) = declared.append("fine")
    with relaying(declared, rabbitmq.uri):
        eventually(lambda: declared.relayed() == 1)
    ((properties, body),) = queues.take(declared.queue)
    assert Envelope.model_validate_json(body) == Envelope.model_validate(fact.model_dump())
    assert (properties.content_type, properties.delivery_mode) == ("application/cloudevents+json", 2)
    assert (properties.message_id, properties.type) == (str(fact.id), "petition.accepted")
    assert (properties.correlation_id, properties.app_id) == (str(fact.correlationid), "intake")
    assert properties.timestamp == int(fact.time.timestamp())


def test_a_fact_that_no_queue_takes_stops_the_checkpoint(declared: Room, rabbitmq: Broker, queues: Queues) -> None:
    with relaying(declared, rabbitmq.uri):
        declared.append("fine", "fine")
        eventually(lambda: declared.relayed() == 2)
        queues.unbind(declared.queue, declared.topology.exchange, "petition.*")
        declared.append("fine", "fine")
        before = interruptions("Refused")
        eventually(lambda: interruptions("Refused") >= before + 3)
        assert declared.relayed() == 2
        queues.bind(declared.queue, declared.topology.exchange, "petition.*")
        eventually(lambda: declared.relayed() == 4)
    assert positions(queues, declared.queue) == [1, 2, 3, 4]


def test_without_the_exchange_the_relay_waits_for_it(desk: Room, rabbitmq: Broker, queues: Queues) -> None:
    desk.append("fine")
    with relaying(desk, rabbitmq.uri):
        declare(rabbitmq.uri, desk.topology)
        eventually(lambda: desk.relayed() == 1)
    assert positions(queues, desk.queue) == [1]


def test_it_may_make_what_was_lost(declared: Room, rabbitmq: Broker, queues: Queues) -> None:
    with relaying(declared, rabbitmq.uri, lambda: declare(rabbitmq.uri, declared.topology)):
        declared.append("fine")
        eventually(lambda: declared.relayed() == 1)
        queues.delete(declared.queue)
        declared.append("fine")
        eventually(lambda: declared.relayed() == 2)
    assert positions(queues, declared.queue) == [2]


def test_a_second_relay_waits_and_takes_over(
    declared: Room, rabbitmq: Broker, queues: Queues, children: ChildProcesses
) -> None:
    first = children.start("relay", command(declared.database.url, rabbitmq.uri, declared.topology.exchange))
    declared.append("fine")
    eventually(lambda: declared.relayed() == 1)
    with relaying(declared, rabbitmq.uri):
        declared.append("fine")
        eventually(lambda: declared.relayed() == 2)
        first.kill()
        declared.append("fine")
        eventually(lambda: declared.relayed() == 3)
    assert positions(queues, declared.queue) == [1, 2, 3]


def test_a_crash_between_publishing_and_the_checkpoint_loses_nothing(
    declared: Room, rabbitmq: Broker, queues: Queues, children: ChildProcesses
) -> None:
    declared.append("fine", "fine", "fine")
    armed = {**os.environ, VARIABLE: "relay.published:2"}
    given = command(declared.database.url, rabbitmq.uri, declared.topology.exchange)
    crashed = children.start("crashing", given, environment=armed)
    assert crashed.process.wait(15) == KILLED
    assert declared.relayed() < 3
    with relaying(declared, rabbitmq.uri):
        eventually(lambda: declared.relayed() == 3)
    published = positions(queues, declared.queue)
    assert sorted(set(published)) == [1, 2, 3]
    assert len(published) > 3


def test_a_lost_database_connection_is_replaced(declared: Room, rabbitmq: Broker, queues: Queues) -> None:
    end_leader = sa.text(
        "SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database ON oid = database"
        " WHERE locktype = 'advisory' AND datname = current_database()"
    )
    administrator = connect(declared.database.url, role=None)
    with relaying(declared, rabbitmq.uri):
        for count in (1, 2, 3):
            eventually(lambda: declared.scalar("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"))
            with administrator.begin() as connection:
                assert connection.execute(end_leader).scalar()
            declared.append("fine")
            eventually(partial(has_relayed, declared, count))
    administrator.dispose()
    assert sorted(set(positions(queues, declared.queue))) == [1, 2, 3]


def test_a_relay_stops_while_the_broker_is_away(desk: Room) -> None:
    desk.append("fine")
    with relaying(desk, "amqp://127.0.0.1:1/%2F"):
        assert desk.relayed() == 0


def test_relays_of_several_services_do_not_meet(make_room: Callable[..., Room], rabbitmq: Broker) -> None:
    one, other = make_room(), make_room()
    for made in (one, other):
        declare(rabbitmq.uri, made.topology)
        made.append("fine")
    with relaying(one, rabbitmq.uri), relaying(other, rabbitmq.uri):
        eventually(lambda: one.relayed() == other.relayed() == 1)
