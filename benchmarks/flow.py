"""The full way under a steady load: filed → SMS accepted, filed → visible; and what every process weighs."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import quantiles
from typing import Final

import sqlalchemy as sa

from benchmarks import http_load, processor
from benchmarks.table import Figure
from khamrong.stack import Stack
from shared.kernel.database import connect

RATE: Final = 100.0
SECONDS: Final = 15
COUNT: Final = int(RATE * SECONDS)
BUDGET_SECONDS: Final = 1.0
MEMORY_BUDGET: Final = 120.0
LEAST_WORK_MS: Final = 0.1
_ACCEPTED: Final = sa.text(
    "SELECT data ->> 'number', extract(epoch FROM min(recorded_at)) FROM eventlog.facts"
    " WHERE type IN ('sms.accepted', 'sms.delivered') GROUP BY 1"
)
_VISIBLE: Final = sa.text(
    "SELECT number, intake_position FROM tracking.petition WHERE intake_position > :after AND number IS NOT NULL"
)


def figures(stack: Stack, port: int) -> list[Figure]:
    """100 filings a second for 15 seconds; then what each process worked for one of them."""
    before = processor.seconds(stack)
    stop, seen = threading.Event(), dict[str, float]()
    watcher = threading.Thread(target=_watch, args=(stack.settings, seen, stop))
    watcher.start()
    load = http_load.run(port, http_load.filings(COUNT, f"127.0.0.1:{port}"), 32, RATE)
    accepted = _wait_for_texts(stack.settings, set(load.numbers))
    stop.wait(2)
    stop.set()
    watcher.join()
    texts = [accepted[number] - at for number, at in load.numbers.items()]
    visible = [seen[number] - at for number, at in load.numbers.items()]
    latencies = [*_latency("filed → SMS accepted", texts), *_latency("filed → visible in tracking", visible)]
    return [*latencies, *_work(before, processor.seconds(stack), COUNT)]


def _work(before: Mapping[str, float], after: Mapping[str, float], filings: int) -> Iterator[Figure]:
    for name in sorted(after, key=lambda name: before.get(name, 0.0) - after[name]):
        worked = (after[name] - before.get(name, 0.0)) / filings * 1000
        if worked >= LEAST_WORK_MS:
            yield Figure(f"processor time of {name}, a filing", worked, "ms", "", None)


def memory(stack: Stack, port: int) -> list[Figure]:
    """Resident memory of every process, idle, in MB; the reference is a bare Python interpreter."""
    bare = _bare()
    return [
        Figure(
            f"memory of {name}, idle",
            size,
            "MB",
            "bare Python",
            bare,
            f"≤ {MEMORY_BUDGET:.0f} MB",
            size <= MEMORY_BUDGET,
        )
        for name, child in sorted(stack.running.items())
        if (size := resident(child.process.pid)) > 0
    ]


def resident(pid: int) -> float:
    """VmRSS in MB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _bare() -> float:
    code = "import pathlib; print(pathlib.Path('/proc/self/status').read_text())"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    return next(int(line.split()[1]) / 1024 for line in told.splitlines() if line.startswith("VmRSS:"))


def _latency(what: str, seconds: list[float]) -> list[Figure]:
    at = quantiles(seconds, n=100)
    rate = f"at {RATE:.0f} filings/s"
    return [
        Figure(f"{what}, {rate}, 50th percentile", at[49], "s", "", None),
        Figure(
            f"{what}, {rate}, 95th percentile",
            at[94],
            "s",
            "",
            None,
            f"< {BUDGET_SECONDS:g} s",
            at[94] < BUDGET_SECONDS,
        ),
    ]


def _watch(settings: Mapping[str, str], seen: dict[str, float], stop: threading.Event) -> None:
    """Note when each number appears in tracking's read model; looks every 50 ms, which is in the figures."""
    engine, after = connect(settings["KHAMRONG_TRACKING_DATABASE_URL"], size=1), 0
    while not stop.wait(0.05):
        with engine.connect() as connection:
            found = connection.execute(_VISIBLE, {"after": after}).all()
        now = time.time()
        for number, position in found:
            seen.setdefault(number, now)
            after = max(after, position)


def _wait_for_texts(settings: Mapping[str, str], numbers: set[str]) -> dict[str, float]:
    engine, pause = connect(settings["KHAMRONG_NOTIFICATION_DATABASE_URL"], size=1), threading.Event()
    accepted: dict[str, float] = {}
    while not numbers <= accepted.keys():
        pause.wait(0.5)
        with engine.connect() as connection:
            accepted = {number: float(at) for number, at in connection.execute(_ACCEPTED)}
    return accepted
