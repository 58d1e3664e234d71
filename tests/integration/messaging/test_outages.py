"""The broker crashes, or its disk is full: nothing is lost, nothing hangs, nothing has its effect twice."""

from __future__ import annotations

from collections.abc import Callable

from deploy.native.processes import Child
from shared.messaging.declaring import declare
from tests.support.messaging import Room
from tests.support.queues import Queues
from tests.support.relay import interruptions, relaying
from tests.support.servers import Broker
from tests.support.waiting import eventually


def prepare(made: Room, broker: Broker) -> None:
    declare(broker.uri, made.topology)
    broker.settle()


def test_facts_flow_on_after_a_crash(desk: Room, own_broker: Broker, start_worker: Callable[..., Child]) -> None:
    prepare(desk, own_broker)
    worker, leaving = start_worker(desk, own_broker.uri), start_worker(desk, own_broker.uri)
    with relaying(desk, own_broker.uri):
        desk.append("slow:2", *["fine"] * 100)
        eventually(lambda: desk.effects() > 0)
        own_broker.kill()
        leaving.process.terminate()
        assert leaving.process.wait(10) == 0
        desk.append(*["fine"] * 100)
        own_broker.start()
        eventually(lambda: desk.relayed() == 201 and desk.effects() == 201, timeout=40)
    with Queues(own_broker.uri) as queues:
        eventually(lambda: queues.depth(desk.queue) == 0)
    worker.process.terminate()
    assert worker.process.wait(10) == 0
    assert desk.effects() == 201


def test_a_full_disk_does_not_hang_the_relay(desk: Room, own_broker: Broker) -> None:
    prepare(desk, own_broker)
    with relaying(desk, own_broker.uri):
        desk.append("fine")
        eventually(lambda: desk.relayed() == 1)
        before = interruptions("ConnectionBlockedTimeout")
        own_broker.ctl("set_disk_free_limit", "9999GB")
        desk.append("fine")
        eventually(lambda: interruptions("ConnectionBlockedTimeout") > before, timeout=20)
        assert desk.relayed() == 1
        own_broker.ctl("set_disk_free_limit", "50MB")
        eventually(lambda: desk.relayed() == 2, timeout=20)


def test_a_full_disk_does_not_hang_a_worker(desk: Room, own_broker: Broker, start_worker: Callable[..., Child]) -> None:
    """What cannot be moved to a retry goes back to its queue, and is tried again from there."""
    prepare(desk, own_broker)
    start_worker(desk, own_broker.uri, forward_seconds=0.3)
    (fact,) = desk.append("unavailable:40")
    with Queues(own_broker.uri) as queues:
        queues.deliver(desk.queue, fact)
    eventually(lambda: desk.tries() > 2)
    own_broker.ctl("set_disk_free_limit", "9999GB")
    before = desk.tries()
    eventually(lambda: desk.tries() > before + 3)
    own_broker.ctl("set_disk_free_limit", "50MB")
    eventually(lambda: desk.effects() == 1, timeout=20)
