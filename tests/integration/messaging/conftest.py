from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from deploy.native.processes import Child, ChildProcesses
from shared.kernel.ids import new_id
from shared.messaging.declaring import declare
from tests.support.messaging import Room, room
from tests.support.queues import Queues
from tests.support.servers import Broker, MakeDatabase
from tests.support.worker import READY, Given, command


@pytest.fixture
def make_room(make_database: MakeDatabase) -> Iterator[Callable[..., Room]]:
    """Rooms, each with a database of its own."""
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(room(make_database(), **options))


@pytest.fixture
def desk(make_room: Callable[..., Room]) -> Room:
    """A service without a broker."""
    return make_room()


@pytest.fixture
def declared(desk: Room, rabbitmq: Broker) -> Room:
    """A service whose queues the broker has."""
    declare(rabbitmq.uri, desk.topology)
    return desk


@pytest.fixture
def queues(rabbitmq: Broker) -> Iterator[Queues]:
    """A look into the broker's queues."""
    with Queues(rabbitmq.uri) as looking:
        yield looking


@pytest.fixture
def children(tmp_path: Path) -> Iterator[ChildProcesses]:
    """Processes that end with the test."""
    (tmp_path / "processes").mkdir()
    with ChildProcesses(tmp_path / "processes") as started:
        yield started


@pytest.fixture
def start_worker(children: ChildProcesses) -> Callable[..., Child]:
    """`start_worker(room, uri, prefetch=…)`: a worker that consumes the room's queue."""

    def start(made: Room, uri: str, **options: Any) -> Child:
        topology = made.topology
        given = Given(made.database.url, uri, topology.exchange, made.queue, topology.retry_seconds, **options)
        worker = children.start(f"worker-{new_id()}", command(given), grace_seconds=5)
        worker.wait_until(lambda: READY in worker.log_tail(), READY)
        return worker

    return start
