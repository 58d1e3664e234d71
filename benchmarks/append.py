"""Appends a second through our log, against the `eventsourcing` library and pgbench on the same server, in turn.

    python -m benchmarks.append postgresql+psycopg://…     # an empty database

From the fact as a model to its commit, one writer: our log without and with sealing, and the library (PostgreSQL, its
default mode, which locks the table and is the one that skips nothing) with the same data as JSON. pgbench appends one
fact a statement and has no Python to run: what is left of it is the cost of the client.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from statistics import median
from typing import Final
from uuid import UUID

import orjson
import sqlalchemy as sa
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresFactory
from eventsourcing.utils import Environment

from benchmarks.filing import pgbench
from benchmarks.table import Figure, markdown
from shared.contracts.fact import Fact
from shared.contracts.petition import InformationProvided, PetitionResolved
from shared.contracts.petition_states import Outcome
from shared.eventlog.keyring import MemoryKeyring
from shared.eventlog.log import Append, Log, Origin, schema
from shared.eventlog.sealing import Sealer
from shared.kernel import ids
from shared.kernel.clock import monotonic
from shared.kernel.database import connect, run_script

SIZES: Final = (1, 10, 100)
WRITERS: Final = (1, 32)
ROUNDS: Final = 15
"""Many and short: whatever else the machine does meets all in the same measure."""
SECONDS: Final = 0.4
PGBENCH_ROUNDS: Final = 5
PGBENCH_SECONDS: Final = 2
WARM_UP_SECONDS: Final = 0.3
NUMBER: Final = "KT1080767000011"

Write = Callable[[int], None]
"""Appends that many facts to a new stream, in one transaction."""


def figures(url: str) -> list[Figure]:
    """Medians of rounds in turn. `url` is an empty database, with the rights of its owner."""
    with _ours(url) as (engine, log), _library(url) as library:
        ours, sealed = _writer(engine, log, _plain), _writer(engine, log, _personal)
        return [*_against_pgbench(url, ours), *_against_the_library(ours, sealed, library)]


def _against_the_library(ours: Write, sealed: Write, library: Write) -> Iterator[Figure]:
    for size in SIZES:
        rates = _in_turn(ROUNDS, *(partial(_rate, write, size) for write in (ours, sealed, library)))
        yield _figure(f"append, {size} a commit", rates[0], "eventsourcing 9.5.6", rates[2], at_least=1)
        yield _figure(f"append, {size} a commit, sealed", rates[1], "eventsourcing 9.5.6, not sealed", rates[2])


def _against_pgbench(url: str, ours: Write) -> Iterator[Figure]:
    data = json.dumps(_plain().model_dump(mode="json"), ensure_ascii=False)
    for writers in WRITERS:
        reference = partial(pgbench, url, data, writers, PGBENCH_SECONDS)
        rates = _in_turn(PGBENCH_ROUNDS, partial(_rate_of_many, ours, writers), reference)
        yield _figure(f"append, 1 a commit, {writers} at once", rates[0], f"pgbench, {writers} clients", rates[1])


def _figure(what: str, rate: float, against: str, reference: float, at_least: float | None = None) -> Figure:
    reached = None if at_least is None else rate >= at_least * reference
    return Figure(what, rate, "facts/s", against, reference, f"ratio ≥ {at_least:g}" if at_least else "", reached)


def _in_turn(rounds: int, *measures: Callable[[], float]) -> list[float]:
    measured = [[measure() for measure in measures] for _ in range(rounds)]
    return [median(rates) for rates in zip(*measured, strict=True)]


def _rate(write: Write, size: int, seconds: float = SECONDS) -> float:
    written, began = 0, monotonic()
    while (passed := monotonic() - began) < seconds:
        write(size)
        written += size
    return written / passed


def _rate_of_many(write: Write, writers: int) -> float:
    with ThreadPoolExecutor(writers) as threads:
        return sum(threads.map(lambda _: _rate(write, 1, PGBENCH_SECONDS), range(writers)))


@contextmanager
def _ours(url: str) -> Iterator[tuple[sa.Engine, Log]]:
    owner, application = connect(url, role=None), connect(url, size=max(WRITERS))
    try:
        with owner.begin() as transaction:
            run_script(transaction, schema())
        yield application, Log("intake", Sealer(MemoryKeyring()))
    finally:
        application.dispose()
        owner.dispose()


def _writer(engine: sa.Engine, log: Log, fact: Callable[[], Fact]) -> Write:
    def write(count: int) -> None:
        facts = [fact() for _ in range(count)]
        log.commit(engine, log.seal([Append(f"petition-{ids.new_id()}", 0, facts, Origin("staff:1", "kathu"))]))

    _rate(write, 10, WARM_UP_SECONDS)
    return write


@contextmanager
def _library(url: str) -> Iterator[Write]:
    where = sa.make_url(url)
    settings = {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": str(where.database),
        "POSTGRES_HOST": str(where.host),
        "POSTGRES_PORT": str(where.port),
        "POSTGRES_USER": str(where.username),
        "POSTGRES_PASSWORD": str(where.password or "-"),
    }
    factory = PostgresFactory(Environment("benchmark", settings))
    recorder = factory.application_recorder()

    def write(count: int) -> None:
        stream = ids.new_id()
        facts = [orjson.dumps(_plain().model_dump(mode="json")) for _ in range(count)]
        recorder.insert_events(
            [StoredEvent(stream, version, "petition.resolved", fact) for version, fact in enumerate(facts, start=1)]
        )

    try:
        _rate(write, 10, WARM_UP_SECONDS)
        yield write
    finally:
        factory.close()


def _plain() -> Fact:
    """About 600 octets as JSON."""
    return PetitionResolved(
        petition_id=UUID(int=1), number=NUMBER, authority="kathu", outcome=Outcome.SOLVED, public_note="ซ่อมแล้ว " * 17
    )


def _personal() -> Fact:
    """About 600 octets as JSON, before sealing."""
    return InformationProvided(
        petition_id=UUID(int=1), number=NUMBER, authority="kathu", subject_id=UUID(int=2), text="แนบภาพแล้ว " * 13
    )


if __name__ == "__main__":
    sys.stdout.write(markdown(figures(sys.argv[1])) + "\n")
