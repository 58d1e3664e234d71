"""The broker crashes, or its disk is full: nothing is lost, nothing hangs, nothing has its effect twice."""

from __future__ import annotations

from collections.abc import Callable

from deploy.native.processes import Child
from tests.support.messaging import Room
from tests.support.outages import crashed, full_disk
from tests.support.queues import Queues
from tests.support.relay import interruptions, relaying
from tests.support.servers import Broker
from tests.support.waiting import eventually


def test_facts_flow_on_after_a_crash(declared: Room, rabbitmq: Broker, start_worker: Callable[..., Child]) -> None:
    worker, leaving = start_worker(declared, rabbitmq.uri), start_worker(declared, rabbitmq.uri)
    with relaying(declared, rabbitmq.uri):
        declared.append("slow:2", *["fine"] * 100)
        eventually(lambda: declared.effects() > 0)
        rabbitmq.settle()
        with crashed(rabbitmq):
            leaving.process.terminate()
            assert leaving.process.wait(10) == 0
            declared.append(*["fine"] * 100)
        eventually(lambda: declared.relayed() == 201 and declared.effects() == 201, timeout=40)
    with Queues(rabbitmq.uri) as queues:
        eventually(lambda: queues.depth(declared.queue) == 0)
    worker.process.terminate()
    assert worker.process.wait(10) == 0
    assert declared.effects() == 201


def test_a_full_disk_does_not_hang_the_relay(declared: Room, rabbitmq: Broker) -> None:
    with relaying(declared, rabbitmq.uri):
        declared.append("fine")
        eventually(lambda: declared.relayed() == 1)
        before = interruptions("ConnectionBlockedTimeout")
        with full_disk(rabbitmq):
            declared.append("fine")
            eventually(lambda: interruptions("ConnectionBlockedTimeout") > before, timeout=20)
            assert declared.relayed() == 1
        eventually(lambda: declared.relayed() == 2, timeout=20)


def test_a_full_disk_does_not_hang_a_worker(
    declared: Room, rabbitmq: Broker, start_worker: Callable[..., Child]
) -> None:
    """What cannot be moved to a retry goes back to its queue, and is tried again from there."""
    start_worker(declared, rabbitmq.uri, forward_seconds=0.3)
    (fact,) = declared.append("unavailable:40")
    with Queues(rabbitmq.uri) as queues:
        queues.deliver(declared.queue, fact)
    eventually(lambda: declared.tries() > 2)
    with full_disk(rabbitmq):
        before = declared.tries()
        eventually(lambda: declared.tries() > before + 3)
    eventually(lambda: declared.effects() == 1, timeout=20)
