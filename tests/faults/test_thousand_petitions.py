"""A thousand petitions from 32 citizens at once, while workers, relays, a gateway and the broker are killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from khamrong.stack import Stack
from tests.faults import invariants
from tests.faults.filing import Citizens
from tests.support.waiting import eventually

PETITIONS = 1000
VICTIMS = ("notification-worker", "intake-relay", "intake-api", "documents-worker", "tracking-worker", "broker")

pytestmark = [pytest.mark.timeout(780), pytest.mark.xdist_group("stack")]


def test_nothing_is_lost_doubled_or_skipped(stack: Stack, client: httpx.Client, tmp_path: Path) -> None:
    before = subscriber(stack, tmp_path / "before.jsonl")
    citizens = Citizens(stack.public_url, PETITIONS)
    citizens.start()
    for nth, victim in enumerate(VICTIMS, start=1):
        eventually(lambda at=nth * PETITIONS // (len(VICTIMS) + 2): citizens.done >= at, timeout=240)
        kill(stack, victim)
    numbers = citizens.results()
    stack.revive()
    eventually(lambda: invariants.is_quiet(stack, PETITIONS), timeout=invariants.QUIET_SECONDS)

    invariants.assert_numbers(numbers)
    invariants.assert_one_sms_each(client, numbers)
    invariants.assert_one_form_each(stack, numbers)
    invariants.assert_tracking_is_the_fold(stack)
    invariants.assert_chains_hold(stack)
    assert not any(invariants.depths(stack).values())
    assert invariants.khamrong(stack, "parked", "list").stdout == ""
    after = subscriber(stack, tmp_path / "after.jsonl")
    for process, file in ((before, tmp_path / "before.jsonl"), (after, tmp_path / "after.jsonl")):
        eventually(lambda path=file: printed(path) == sorted(numbers), timeout=60)
        process.terminate()
        process.wait(10)


def kill(stack: Stack, victim: str) -> None:
    """SIGKILL, and start again."""
    if victim == "broker":
        stack.broker.kill()
        stack.broker.start()
    else:
        stack.kill(victim)
        stack.revive()


def subscriber(stack: Stack, output: Path) -> subprocess.Popen[bytes]:
    """`khamrong subscribe 'petition.*'`, printing into a file."""
    command = [sys.executable, "-m", "khamrong", "--data", str(stack.folder), "subscribe", "petition.*"]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("KHAMRONG_")}
    with output.open("wb") as file:
        return subprocess.Popen(command, env=clean, stdout=file)


def printed(output: Path) -> list[str]:
    """The numbers that were printed, as often as they were."""
    lines = output.read_text(encoding="utf-8").splitlines(keepends=True)
    return sorted(json.loads(line)["data"]["number"] for line in lines if line.endswith("\n"))
