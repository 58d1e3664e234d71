"""A reader that goes by position while several writers commit sees every fact.

Statistical: a run proves nothing by itself. `test_concurrent_appends` holds the race open on purpose, and the control
here shows that this load and this reader do find a log that loses facts.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Final
from uuid import uuid4

import psycopg

from tests.support.logs import LogDatabase

WRITERS: Final = 6
PAGE: Final = 500
IDLE_SECONDS: Final = 0.002

Append = Callable[[int], None]
ReadAfter = Callable[[int], list[int]]


def _batch() -> int:
    """Mostly single facts, now and then a long transaction that is overtaken."""
    return random.choice([1, 1, 1, random.randint(2, 50)])


def _tailed(append: Callable[[], Append], read_after: ReadAfter, seconds: float) -> list[int]:
    """The positions that a reader saw, who started before the writers and ended after them."""
    done = Event()

    def write() -> None:
        append_to = append()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            append_to(_batch())

    def tail() -> list[int]:
        seen: list[int] = []
        while True:
            last_look = done.is_set()
            page = read_after(seen[-1] if seen else 0)
            seen += page
            if not page and last_look:
                return seen
            if not page:
                done.wait(IDLE_SECONDS)

    with ThreadPoolExecutor(WRITERS + 1) as threads:
        reader = threads.submit(tail)
        for writer in [threads.submit(write) for _ in range(WRITERS)]:
            writer.result()
        done.set()
        return reader.result()


def test_a_tailing_reader_misses_nothing(intake: LogDatabase) -> None:
    def append(count: int) -> None:
        intake.accept(uuid4(), 0, count)

    def read_after(position: int) -> list[int]:
        with intake.application.connect() as connection:
            return [envelope.position for envelope in intake.log.read_after(connection, position, PAGE)]

    seen = _tailed(lambda: append, read_after, seconds=5)
    stored = intake.positions()
    assert len(stored) > 1_000, "too few facts for a race"
    assert stored == list(range(1, len(stored) + 1)), "highest position = count"
    assert seen == stored, f"{len(set(stored) - set(seen))} of {len(stored)} facts were missed"
    assert intake.head() == len(stored)
    assert intake.verdict().broken_at is None


def test_the_same_reader_does_miss_rows_behind_a_sequence(make_database: Callable[[], str]) -> None:
    """Were this to find nothing, the test above would prove nothing."""
    dsn = make_database().replace("+psycopg", "")
    with psycopg.connect(dsn, autocommit=True) as reader:
        reader.execute("CREATE TABLE outbox (position bigserial PRIMARY KEY, data text NOT NULL)")

        def append() -> Append:
            writer = psycopg.connect(dsn, autocommit=True)

            def insert(count: int) -> None:
                writer.execute("INSERT INTO outbox (data) SELECT 'x' FROM generate_series(1, %s)", [count])

            return insert

        def read_after(position: int) -> list[int]:
            query = "SELECT position FROM outbox WHERE position > %s ORDER BY position LIMIT %s"
            return [row[0] for row in reader.execute(query, [position, PAGE])]

        missed = 0
        for _ in range(5):
            reader.execute("TRUNCATE outbox")
            seen = _tailed(append, read_after, seconds=2)
            missed = len({row[0] for row in reader.execute("SELECT position FROM outbox")} - set(seen))
            if missed:
                break
    assert missed > 0
