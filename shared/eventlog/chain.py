"""Is the log what was written? The chain of SHA-256 sums says so, and names the first fact that is not."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from shared.kernel.database import copied, run_script

GENESIS: Final = hashlib.sha256(b"khamrong").digest()
_PROGRESS: Final = 5_000
# The canonical text is spelled out here and not taken from eventlog.canonical: whoever can change facts can
# change that function as well.
_LINKS: Final = r"""
    SELECT position, convert_to(concat_ws(E'\n', position, event_id, stream, version, type, schema_version,
        extract(epoch FROM recorded_at), actor, authority, correlation_id, coalesce(causation_id::text, ''), data),
        'UTF8'), hash
    FROM eventlog.facts ORDER BY position
"""
_TYPES: Final = ("int8", "bytea", "bytea")
_LONG_READ: Final = """
SET LOCAL statement_timeout = 0;  -- a long log is read in one statement
SET LOCAL enable_sort = off;      -- in the order of the index: sorting would write the whole log to a file first
"""
_HEAD: Final = sa.text("SELECT position, hash FROM eventlog.head WHERE id = 0")

Link = tuple[int, bytes, bytes]
Head = sa.Row[int, bytes]
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verifying found: `broken_at` is the first bad position (None: the chain holds), `what` was done to it."""

    facts: int
    head: bytes
    broken_at: int | None = None
    what: str = ""


def verify(connection: sa.Connection, progress: Progress | None = None) -> Verdict:
    """Walk the chain from the first fact, in constant memory, in one snapshot. The connection must be fresh."""
    connection.execution_options(isolation_level="REPEATABLE READ")
    head = connection.execute(_HEAD).one_or_none()
    run_script(connection, _LONG_READ)
    with closing(links(connection)) as walked:
        found = _walk(walked, head, progress)
    return found if found.broken_at is not None else _compared(found, head)


def links(connection: sa.Connection) -> Generator[Link, None, None]:
    """(position, canonical text, stored sum) of each fact, in the log's order."""
    return copied(connection, _LINKS, _TYPES)


def _walk(links: Iterator[Link], head: Head | None, progress: Progress | None) -> Verdict:
    at, link = 0, GENESIS
    for position, text, stored in links:
        if position != at + 1:
            return Verdict(at, link, at + 1, "removed")
        computed = _link(link, text)
        if computed != stored:
            return Verdict(at, link, position, _done_to({computed, stored}, next(links, None), head))
        at, link = position, computed
        if progress and at % _PROGRESS == 0:
            progress(at)
    return Verdict(at, link)


def _done_to(either: set[bytes], following: Link | None, head: Head | None) -> str:
    """After a fact that was altered in place the chain goes on, from the sum stored with it or the one it has now."""
    if following:
        goes_on = any(_link(link, following[1]) == following[2] for link in either)
    else:
        goes_on = head is not None and head.hash in either
    return "altered" if goes_on else "inserted, moved, or altered with what follows"


def _compared(found: Verdict, head: Head | None) -> Verdict:
    """A chain that holds, held against the head row."""
    if head is None:
        return Verdict(found.facts, found.head, found.facts, "the head row was removed")
    if found.facts < head.position:
        return Verdict(found.facts, found.head, found.facts + 1, "removed from the end")
    if found.facts > head.position:
        return Verdict(found.facts, found.head, head.position + 1, "added at the end, or the head was altered")
    if found.head != head.hash:
        return Verdict(found.facts, found.head, found.facts, "the head was altered, or the end with all its sums")
    return found


def _link(link: bytes, text: bytes) -> bytes:
    return hashlib.sha256(link + text).digest()
