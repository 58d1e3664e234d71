"""Several processes of a kind share the work, and nothing is done twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from deploy.native.folder import free_port
from khamrong.stack import Process, Stack
from tests.faults import invariants
from tests.faults.filing import Citizens
from tests.faults.state import State

PETITIONS = 60
DOUBLED = ("notification-worker", "documents-worker", "tracking-worker", "intake-api", "intake-relay")
READY_SECONDS = 60.0

pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("stack")]


def test_two_of_each_share_the_work(stack: Stack, state: State) -> None:
    with doubled(stack) as seconds:
        numbers = Citizens(stack.public_url, PETITIONS).numbers()
        state.settle(120.0)
        for name in ("notification-worker", "documents-worker", "tracking-worker"):
            assert handled(stack.processes[name]) > 0, name
            assert handled(seconds[name]) > 0, name

    invariants.assert_numbers(numbers)
    invariants.assert_one_fact_each(state, numbers)
    invariants.assert_one_text_each(state, numbers)
    invariants.assert_one_form_each(state)
    invariants.assert_tracking_is_the_fold(state)


@contextmanager
def doubled(stack: Stack) -> Iterator[dict[str, Process]]:
    """A second one of some processes beside the first."""
    seconds: dict[str, Process] = {}
    for name in DOUBLED:
        first, port = stack.processes[name], free_port()
        command = [*first.command[:-1], str(port)]
        seconds[name] = Process(f"{name}-2", command, port)
        stack.start(seconds[name])
    for second in seconds.values():
        stack.running[second.name].wait_for_port(second.port, READY_SECONDS)
    yield seconds
    for second in seconds.values():
        stack.running.pop(second.name).stop()
        del stack.processes[second.name]


def handled(process: Process) -> float:
    """How many facts a worker has handled, as it tells Prometheus."""
    metrics = httpx.get(f"http://127.0.0.1:{process.port}/metrics").text.splitlines()
    return sum(
        float(line.rpartition(" ")[2]) for line in metrics if line.startswith("khamrong_reactions_handled_total")
    )
