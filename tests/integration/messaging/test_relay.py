"""The relay publishes every fact in order, and its checkpoint never passes one that is not confirmed."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from deploy.native.processes import ChildProcesses
from deploy.native.rabbitmq import RabbitBroker
from shared.contracts.envelope import Envelope
from shared.kernel.crashpoints import KILLED, VARIABLE
from shared.kernel.database import connect
from shared.messaging.declaring import declare
from shared.messaging.publishing import Rhythm
from shared.messaging.relay import Relay
from tests.support.messaging import Room
from tests.support.queues import Queues
from tests.support.relay import command
from tests.support.waiting import eventually

QUICK = Rhythm(pause=0.05, longest_pause=0.2, standby=0.05)


@contextmanager
def relaying(made: Room, uri: str) -> Iterator[Relay]:
    """A relay in a thread, stopped at the end."""
    relay = Relay("intake", made.engine, made.database.log, uri, exchange=made.topology.exchange, rhythm=QUICK)
    thread = threading.Thread(target=relay.run)
    thread.start()
    try:
        yield relay
    finally:
        relay.stop()
        thread.join(15)
        assert not thread.is_alive()


def positions(queues: Queues, queue: str) -> list[int]:
    return [Envelope.model_validate_json(body).position for _, body in queues.take(queue)]


def test_every_fact_is_published_once_in_order(declared: Room, rabbitmq: RabbitBroker, queues: Queues) -> None:
    declared.append(*["fine"] * 700)
    with relaying(declared, rabbitmq.uri):
        eventually(lambda: declared.relayed() == 700)
        declared.append("fine")
        eventually(lambda: declared.relayed() == 701)
    assert positions(queues, declared.queue) == list(range(1, 702))


def test_a_message_is_a_cloud_event_with_native_properties(
    declared: Room, rabbitmq: RabbitBroker, queues: Queues
) -> None:
    (fact,) = declared.append("fine")
    with relaying(declared, rabbitmq.uri):
        eventually(lambda: declared.relayed() == 1)
    ((properties, body),) = queues.take(declared.queue)
    assert Envelope.model_validate_json(body) == Envelope.model_validate(fact.model_dump())
    assert (properties.content_type, properties.delivery_mode) == ("application/cloudevents+json", 2)
    assert (properties.message_id, properties.type) == (str(fact.id), "petition.accepted")
    assert (properties.correlation_id, properties.app_id) == (str(fact.correlationid), "intake")
    assert properties.timestamp == int(fact.time.timestamp())


def test_a_fact_that_no_queue_takes_stops_the_checkpoint(
    declared: Room, rabbitmq: RabbitBroker, queues: Queues
) -> None:
    with relaying(declared, rabbitmq.uri):
        declared.append("fine", "fine")
        eventually(lambda: declared.relayed() == 2)
        queues.unbind(declared.queue, declared.topology.exchange, "petition.*")
        declared.append("fine", "fine")
        refused = threading.Event()
        assert not refused.wait(0.5)
        assert declared.relayed() == 2
        queues.bind(declared.queue, declared.topology.exchange, "petition.*")
        eventually(lambda: declared.relayed() == 4)
    assert positions(queues, declared.queue) == [1, 2, 3, 4]


def test_without_the_exchange_the_relay_waits_for_it(desk: Room, rabbitmq: RabbitBroker, queues: Queues) -> None:
    desk.append("fine")
    with relaying(desk, rabbitmq.uri):
        declare(rabbitmq.uri, desk.topology)
        eventually(lambda: desk.relayed() == 1)
    assert positions(queues, desk.queue) == [1]


def test_a_second_relay_waits_and_takes_over(
    declared: Room, rabbitmq: RabbitBroker, queues: Queues, children: ChildProcesses
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
    declared: Room, rabbitmq: RabbitBroker, queues: Queues, children: ChildProcesses
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


@pytest.mark.parametrize("times", [3])
def test_lost_database_connections_are_replaced(
    declared: Room, rabbitmq: RabbitBroker, queues: Queues, times: int
) -> None:
    end_all = sa.text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    administrator = connect(declared.database.url, role=None)
    with relaying(declared, rabbitmq.uri):
        for count in range(1, times + 1):
            with administrator.begin() as connection:
                connection.execute(end_all)
            declared.append("fine")
            eventually(lambda wanted=count: declared.relayed() == wanted)
    administrator.dispose()
    assert sorted(set(positions(queues, declared.queue))) == list(range(1, times + 1))


def test_a_relay_stops_while_the_broker_is_away(desk: Room) -> None:
    desk.append("fine")
    with relaying(desk, "amqp://127.0.0.1:1/%2F"):
        assert desk.relayed() == 0


class TestOutagesOfTheBroker:
    """With a broker that may be killed and starved."""

    def test_after_a_crash_it_resumes(self, desk: Room, own_broker: RabbitBroker) -> None:
        declare(own_broker.uri, desk.topology)
        with relaying(desk, own_broker.uri):
            desk.append(*["fine"] * 300)
            eventually(lambda: desk.relayed() > 0)
            own_broker.kill()
            desk.append(*["fine"] * 300)
            own_broker.start()
            eventually(lambda: desk.relayed() == 600, timeout=30)
        with Queues(own_broker.uri) as queues:
            assert sorted(set(positions(queues, desk.queue))) == list(range(1, 601))

    def test_a_full_disk_does_not_hang_it(
        self, desk: Room, own_broker: RabbitBroker, caplog: pytest.LogCaptureFixture
    ) -> None:
        declare(own_broker.uri, desk.topology)
        with relaying(desk, own_broker.uri):
            desk.append("fine")
            eventually(lambda: desk.relayed() == 1)
            own_broker.ctl("set_disk_free_limit", "9999GB")
            desk.append("fine")
            eventually(lambda: "ConnectionBlockedTimeout" in caplog.text or desk.relayed() == 2, timeout=20)
            own_broker.ctl("set_disk_free_limit", "50MB")
            eventually(lambda: desk.relayed() == 2, timeout=20)


def test_relays_of_several_services_do_not_meet(make_room: Callable[..., Room], rabbitmq: RabbitBroker) -> None:
    one, other = make_room(), make_room()
    for made in (one, other):
        declare(rabbitmq.uri, made.topology)
        made.append("fine")
    with relaying(one, rabbitmq.uri), relaying(other, rabbitmq.uri):
        eventually(lambda: one.relayed() == other.relayed() == 1)
