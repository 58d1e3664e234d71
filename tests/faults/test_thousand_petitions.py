"""A thousand petitions from 32 citizens at once, while workers, a relay, a gateway, broker and database are killed."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from khamrong.stack import Stack
from tests.faults import invariants
from tests.faults.filing import Citizens
from tests.faults.state import State
from tests.support.commands import Subscriber, khamrong, subscribing
from tests.support.waiting import eventually

PETITIONS = 1000
VICTIMS = (
    "notification-worker",
    "intake-relay",
    "intake-api",
    "documents-worker",
    "postgres",
    "tracking-worker",
    "broker",
)
QUIET_SECONDS = 400.0

pytestmark = [pytest.mark.timeout(780), pytest.mark.xdist_group("stack")]


def test_nothing_is_lost_doubled_or_skipped(stack: Stack, state: State, tmp_path: Path) -> None:
    with subscribing(stack.folder, "petition.*", tmp_path / "before.jsonl") as before:
        numbers = filed_under_fire(stack)
        state.settle(QUIET_SECONDS)

        invariants.assert_numbers(numbers)
        invariants.assert_one_fact_each(state, numbers)
        invariants.assert_one_text_each(state, numbers)
        invariants.assert_one_form_each(state)
        invariants.assert_tracking_is_the_fold(state)
        invariants.assert_chains_hold(state)
        invariants.assert_no_log_tells_of_a_person(state)
        assert khamrong(stack.folder, "parked", "list").stdout == ""
        with subscribing(stack.folder, "petition.*", tmp_path / "after.jsonl") as after:
            assert_each_fact_once(before, state)
            assert_each_fact_once(after, state)


def filed_under_fire(stack: Stack) -> list[str]:
    """A thousand numbers; the victims are killed one after the other while they are given out."""
    citizens = Citizens(stack.public_url, PETITIONS)
    for nth, victim in enumerate(VICTIMS, start=1):
        eventually(lambda at=nth * PETITIONS // (len(VICTIMS) + 2): citizens.done >= at, timeout=240)
        kill(stack, victim)
    return citizens.numbers()


def assert_each_fact_once(subscriber: Subscriber, state: State) -> None:
    """It printed every petition.* fact once, in the order of the log, and ends well when told to."""
    wanted = [str(fact.id) for fact in state.facts("intake") if fact.type.startswith("petition.")]
    eventually(lambda: len(subscriber.printed()) >= len(wanted), timeout=60, pause=0.2)
    assert subscriber.stop() == 0
    assert [fact["id"] for fact in subscriber.printed()] == wanted


def kill(stack: Stack, victim: str) -> None:
    """SIGKILL, and start again."""
    if victim == "broker":
        stack.broker.kill()
        stack.broker.start()
    elif victim == "postgres":
        os.kill(stack.database.pid, signal.SIGKILL)  # and its keeper starts it again
    else:
        stack.kill(victim)
        assert victim in stack.revive()
