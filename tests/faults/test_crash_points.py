"""A process ends at the worst moment, on purpose: between what it did and what it was about to record."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import pytest

from khamrong.stack import Stack
from shared.kernel.crashpoints import KILLED, VARIABLE
from tests.faults import invariants
from tests.faults.filing import file
from tests.faults.state import State
from tests.support.waiting import eventually

READY_SECONDS = 60.0
POINTS = {
    "intake.committed": "intake-api",
    "relay.published": "intake-relay",
    "notification.requested": "notification-worker",
    "notification.sent": "notification-worker",
    "documents.stored": "documents-worker",
}

pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("stack")]


@pytest.mark.parametrize(("point", "process"), POINTS.items(), ids=POINTS)
def test_a_crash_leaves_one_of_everything(
    stack: Stack, state: State, client: httpx.Client, point: str, process: str
) -> None:
    before = state.count("intake", "petition.filed")
    with ThreadPoolExecutor(1) as citizen, crashing(stack, process, point):
        filing = citizen.submit(file, client, f"คำร้องที่ระบบล่มที่ {point}")
        ended = eventually(lambda: stack.running[process].process.poll(), READY_SECONDS)
        assert ended == KILLED
    number = filing.result()["number"]
    state.settle()

    assert state.count("intake", "petition.filed") == before + 1
    invariants.assert_one_fact_each(state, [number])
    invariants.assert_one_text_each(state, [number])
    invariants.assert_one_form_each(state)
    invariants.assert_tracking_is_the_fold(state)


def test_what_is_filed_while_a_relay_is_dead_is_published_by_the_next(
    stack: Stack, state: State, client: httpx.Client
) -> None:
    stack.kill("intake-relay")
    number = file(client, "คำร้องที่ยื่นขณะไม่มีผู้ส่งต่อ")["number"]
    assert state.facts_of(number) == {"petition.filed": 1}
    stack.revive()
    state.settle()

    invariants.assert_one_fact_each(state, [number])
    invariants.assert_one_text_each(state, [number])


@contextmanager
def crashing(stack: Stack, process: str, point: str) -> Iterator[None]:
    """The process runs so that it ends at that point; after the block it runs as usual."""
    restart(stack, process, {VARIABLE: point})
    yield
    stack.start(stack.processes[process])


def restart(stack: Stack, process: str, more: dict[str, str]) -> None:
    """Kill a process and start it with more settings; return when it answers."""
    stack.kill(process)
    stack.start(stack.processes[process], more)
    stack.running[process].wait_for_port(stack.processes[process].port, READY_SECONDS)
