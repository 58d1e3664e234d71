"""A worker as a process: it starts or says why not, ends in an orderly way, and comes through outages."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from deploy.native.processes import Child, ChildProcesses
from shared.messaging.topology import retry_queue
from tests.support.messaging import Room
from tests.support.queues import Queues
from tests.support.servers import Broker
from tests.support.waiting import eventually
from tests.support.worker import Given, command

StartWorker = Callable[..., Child]

HUB: Final = """
from shared.messaging.green import patch, require_patched
patch()
import sys, time
import eventlet, sqlalchemy as sa
from shared.kernel.database import connect
require_patched()
engine = connect(sys.argv[1])
def query(_):
    with engine.connect() as connection:
        connection.execute(sa.text("SELECT pg_sleep(0.3)"))
list(eventlet.GreenPool(10).imap(query, range(10)))
started = time.monotonic()
list(eventlet.GreenPool(10).imap(query, range(10)))
print(time.monotonic() - started)
"""
UNPATCHED: Final = """
from shared.messaging.worker import run_worker
from shared.messaging.green import NotPatched
try:
    run_worker(object, None, "")
except NotPatched as told:
    print(told)
"""


def output(*command_line: str) -> str:
    return subprocess.run(
        [sys.executable, *command_line], check=True, capture_output=True, text=True, timeout=60
    ).stdout


def test_ten_queries_wait_at_the_same_time(desk: Room) -> None:
    assert float(output("-c", HUB, desk.database.url)) < 0.9


def test_a_worker_in_an_unpatched_process_is_refused() -> None:
    assert "patch()" in output("-c", UNPATCHED)


def test_a_queue_with_other_arguments_ends_the_start(
    declared: Room, rabbitmq: Broker, children: ChildProcesses
) -> None:
    other = replace(declared.topology, retry_seconds=(0.02, 7.0))
    given = Given(declared.database.url, rabbitmq.uri, other.exchange, declared.queue, other.retry_seconds)
    worker = children.start("worker", command(given))
    assert worker.process.wait(15) != 0
    assert "TopologyDiffers" in worker.log_tail()
    assert f"{declared.queue}.retry.2" in worker.log_tail()


def test_queues_that_differ_after_a_reconnection_end_it(
    declared: Room, rabbitmq: Broker, queues: Queues, start_worker: StartWorker
) -> None:
    worker = start_worker(declared, rabbitmq.uri)
    retry = retry_queue(declared.queue, 1)
    queues.delete(retry)
    queues.declare(retry, {"x-queue-type": "quorum"})
    queues.delete(declared.queue)
    assert worker.process.wait(15) != 0
    assert "TopologyDiffers" in worker.log_tail()


def test_sigterm_ends_the_reactions_in_hand(
    declared: Room, rabbitmq: Broker, queues: Queues, start_worker: StartWorker
) -> None:
    worker = start_worker(declared, rabbitmq.uri, prefetch=3)
    for fact in declared.append(*["slow:1"] * 3, *["fine"] * 3):
        queues.deliver(declared.queue, fact)
    eventually(lambda: declared.tries() == 3)
    worker.process.terminate()
    assert worker.process.wait(10) == 0
    assert declared.effects() == declared.tries() == 3
    assert queues.depth(declared.queue) == 3


def test_reactions_run_at_the_same_time(
    declared: Room, rabbitmq: Broker, queues: Queues, start_worker: StartWorker
) -> None:
    """Ten waits of 0.8 s end before two would have ended one after the other."""
    start_worker(declared, rabbitmq.uri, prefetch=10)
    for fact in declared.append(*["slow:0.8"] * 10):
        queues.deliver(declared.queue, fact)
    eventually(lambda: declared.effects() >= 1)
    eventually(lambda: declared.effects() == 10, timeout=0.7)


def test_what_could_not_be_acknowledged_comes_again_and_keeps_nothing_waiting(
    declared: Room, rabbitmq: Broker, queues: Queues, start_worker: StartWorker
) -> None:
    """The connection lives on, but nobody knows how much of the frame was written."""
    worker = start_worker(declared, rabbitmq.uri, prefetch=2, failing_acknowledgements=3)
    for fact in declared.append(*["fine"] * 12):
        queues.deliver(declared.queue, fact)
    eventually(lambda: declared.effects() == 12 and queues.depth(declared.queue) == 0)
    worker.process.terminate()
    assert worker.process.wait(10) == 0
    assert (declared.effects(), queues.depth(declared.queue)) == (12, 0)


def test_what_the_broker_never_had_is_swept(
    declared: Room, rabbitmq: Broker, queues: Queues, start_worker: StartWorker
) -> None:
    start_worker(declared, rabbitmq.uri, sweep_seconds=0.2)
    lost = declared.append("fine", "fails:1", "fine")
    queues.delete(declared.queue)
    eventually(lambda: declared.effects() == 3)
    assert declared.tries(lost[1].id) == 2
    (later,) = declared.append("fine")
    eventually(lambda: queues.depth(declared.queue) >= 0)
    queues.deliver(declared.queue, later)
    eventually(lambda: declared.effects(later.id) == 1)
    eventually(lambda: declared.pulled() == 4 and declared.failures() == [])
    assert declared.effects() == 4
