"""A thousand petitions from 32 citizens at once, while workers, relays, a gateway and the broker are killed."""

from __future__ import annotations

from pathlib import Path

import pytest

from khamrong.stack import Stack
from tests.faults import invariants
from tests.faults.filing import Citizens
from tests.faults.state import State
from tests.support.commands import Subscriber, khamrong
from tests.support.waiting import eventually

PETITIONS = 1000
VICTIMS = ("notification-worker", "intake-relay", "intake-api", "documents-worker", "tracking-worker", "broker")
QUIET_SECONDS = 400.0

pytestmark = [pytest.mark.timeout(780), pytest.mark.xdist_group("stack")]


def test_nothing_is_lost_doubled_or_skipped(stack: Stack, state: State, tmp_path: Path) -> None:
    before = Subscriber(stack.folder, "petition.*", tmp_path / "before.jsonl")
    citizens = Citizens(stack.public_url, PETITIONS)
    for nth, victim in enumerate(VICTIMS, start=1):
        eventually(lambda at=nth * PETITIONS // (len(VICTIMS) + 2): citizens.done >= at, timeout=240)
        kill(stack, victim)
    numbers = citizens.numbers()
    state.settle(QUIET_SECONDS)

    invariants.assert_numbers(numbers)
    invariants.assert_one_fact_each(state, numbers)
    invariants.assert_one_text_each(state, numbers)
    invariants.assert_one_form_each(state)
    invariants.assert_tracking_is_the_fold(state)
    invariants.assert_chains_hold(state)
    assert khamrong(stack.folder, "parked", "list").stdout == ""
    after = Subscriber(stack.folder, "petition.*", tmp_path / "after.jsonl")
    wanted = [str(fact.id) for fact in state.facts("intake") if fact.type.startswith("petition.")]
    for subscriber in (before, after):
        eventually(lambda each=subscriber: len(each.printed()) >= len(wanted), timeout=60, pause=0.2)
        assert subscriber.stop() == 0
        assert [fact["id"] for fact in subscriber.printed()] == wanted


def kill(stack: Stack, victim: str) -> None:
    """SIGKILL, and start again."""
    if victim == "broker":
        stack.broker.kill()
        stack.broker.start()
    else:
        stack.kill(victim)
        assert victim in stack.revive()
