"""A subscriber sees each fact once, whether it starts before or after the filings."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from shared.contracts.envelope import Envelope
from shared.messaging.subscriber import PollingLive, RabbitLive, subscribe
from tests.support.messaging import Room
from tests.support.outages import crashed
from tests.support.queues import Queues
from tests.support.relay import relaying
from tests.support.servers import Broker
from tests.support.waiting import eventually


@contextmanager
def subscribed(made: Room, uri: str | None, from_position: int = 0) -> Iterator[list[int]]:
    """The positions seen so far; without a broker by polling."""
    stop, seen = threading.Event(), list[int]()
    live = RabbitLive(uri, "petition.*", made.topology.exchange, 0.2) if uri else PollingLive(0.02, stop)

    def follow() -> None:
        for fact in subscribe("petition.*", [made.feed], live, from_position, stop):
            assert isinstance(fact, Envelope)
            seen.append(fact.position)

    thread = threading.Thread(target=follow)
    thread.start()
    try:
        yield seen
    finally:
        stop.set()
        thread.join(15)
        assert not thread.is_alive()


@pytest.mark.parametrize("way", ["full", "embedded"])
def test_each_fact_once(declared: Room, rabbitmq: Broker, way: str) -> None:
    uri = rabbitmq.uri if way == "full" else None
    with relaying(declared, rabbitmq.uri):
        declared.append(*["fine"] * 5)
        with subscribed(declared, uri) as early, subscribed(declared, uri, from_position=7) as late:
            declared.append(*["fine"] * 5)
            eventually(lambda: len(early) == 10 and len(late) == 3)
        eventually(lambda: declared.relayed() == 10)
    assert early == list(range(1, 11))
    assert late == [8, 9, 10]


def test_what_the_broker_loses_comes_from_the_feed(declared: Room, rabbitmq: Broker, queues: Queues) -> None:
    with subscribed(declared, rabbitmq.uri) as seen:
        first, _, third = declared.append("fine", "fine", "fine")
        for fact in (first, third, first):
            queues.publish_to(declared.topology.exchange, fact)
        eventually(lambda: seen == [1, 2, 3])
        declared.append("fine")
        eventually(lambda: seen == [1, 2, 3, 4])


def test_it_goes_on_after_a_crash_of_the_broker(declared: Room, rabbitmq: Broker) -> None:
    rabbitmq.settle()
    with subscribed(declared, rabbitmq.uri) as seen:
        declared.append("fine")
        eventually(lambda: seen == [1])
        with crashed(rabbitmq):
            declared.append("fine")
            eventually(lambda: seen == [1, 2])
        with relaying(declared, rabbitmq.uri):
            declared.append("fine")
            eventually(lambda: seen == [1, 2, 3], timeout=20)
