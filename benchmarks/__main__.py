"""`make bench`: every figure beside its reference from the same run, as a Markdown table.

`make bench ONLY=flow` measures one part alone, `ONLY="memory flow"` several.
"""

from __future__ import annotations

import os
import platform
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from benchmarks import append, backoffice, filing, flow, http_load, pages, reading, relaying
from benchmarks.table import HEAD, Figure, row
from khamrong import environment
from khamrong.auditing import logs
from khamrong.stack import Stack, started
from shared.eventlog.log import schema
from shared.kernel.database import connect, run_script

FACTS: Final = 5_000


def main(only: Sequence[str]) -> None:
    """Start a stack of its own, measure, print."""
    if strange := sorted(set(only) - PARTS.keys()):
        sys.exit(f"no such part: {', '.join(strange)}; there are {', '.join(PARTS)}")
    port = _free_port()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="khamrong-bench-")))
        running = stack.enter_context(started(folder, port))
        stack.enter_context(environment.replaced(running.settings))
        print(_machine(), flush=True)
        print("\n" + HEAD, flush=True)
        for name, part in PARTS.items():
            for figure in part(running, port) if name in only or not only else ():
                print(row(figure), flush=True)


def _filing(stack: Stack, port: int) -> Iterator[Figure]:
    _pause_background(stack)
    reference = _database(stack.settings, "khamrong_reference")
    with connect(reference, role=None).begin() as transaction:
        run_script(transaction, schema())
    yield from filing.figures(
        stack.processes["intake-api"].port, stack.settings["KHAMRONG_INTAKE_DATABASE_URL"], reference
    )


def _append(stack: Stack, port: int) -> Iterator[Figure]:
    _pause_background(stack)
    yield from append.figures(_database(stack.settings, "khamrong_append"))


def _relay(stack: Stack, port: int) -> Iterator[Figure]:
    _pause_background(stack)
    _have_facts(stack)
    yield from relaying.figures(stack)


def _reading(stack: Stack, port: int) -> Iterator[Figure]:
    if (
        logs.feeds()["intake"].head() < flow.COUNT
    ):  # measured alone: the facts of all services that the flow leaves behind
        flow.figures(stack, port)
    _pause_background(stack)
    _have_facts(stack)
    yield from reading.figures(stack)


def _backoffice(stack: Stack, port: int) -> Iterator[Figure]:
    _pause_background(stack)
    known = stack.settings
    keyring, kek = known["KHAMRONG_KEYRING_DATABASE_URL"], known["KHAMRONG_KEYRING_KEK"]
    yield from backoffice.figures(_database(known, "khamrong_backoffice"), keyring, kek, known["KHAMRONG_PEPPER"])


PARTS: Final[Mapping[str, Callable[[Stack, int], Iterable[Figure]]]] = {
    "memory": flow.memory,
    "pages": pages.figures,
    "flow": flow.figures,
    "filing": _filing,
    "append": _append,
    "relay": _relay,
    "reading": _reading,
    "backoffice": _backoffice,
}
"""In an order in which the later do not disturb the earlier."""


def _pause_background(stack: Stack) -> None:
    """The rest measures one thing at a time: workers and relays rest."""
    for name, child in stack.running.items():
        if name.endswith(("-worker", "-relay")):
            child.process.terminate()
            child.process.wait()


def _have_facts(stack: Stack) -> None:
    """A part that is measured alone finds an empty log."""
    if logs.feeds()["intake"].head() < FACTS:
        port = stack.processes["intake-api"].port
        http_load.run(port, http_load.filings(FACTS, f"127.0.0.1:{port}"), filing.CLIENTS)


def _database(settings: Mapping[str, str], name: str) -> str:
    """The URL of a new database on the same server."""
    usual = settings["KHAMRONG_INTAKE_DATABASE_URL"]
    with connect(usual, role=None).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    return sa.make_url(usual).set(database=name).render_as_string(hide_password=False)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _machine() -> str:
    cpu = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.machine(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False).stdout
    versions = f"Python {platform.python_version()}, {platform.system()} {platform.release()}"
    return f"{os.cpu_count()} cores ({cpu}), {memory:.0f} GB, {versions}, commit {commit.strip() or 'unknown'}"


if __name__ == "__main__":
    main(sys.argv[1:])
