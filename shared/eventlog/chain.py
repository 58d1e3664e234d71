"""Is the log what was written? The chain of SHA-256 sums says so, and names the first fact that is not."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

GENESIS: Final = hashlib.sha256(b"khamrong").digest()
_BATCH: Final = 5_000
# The canonical text is spelled out here and not taken from eventlog.canonical: whoever can change facts can
# change that function as well.
_LINKS: Final = sa.text(r"""
    SELECT position, convert_to(concat_ws(E'\n', position, event_id, stream, version, type, schema_version,
        extract(epoch FROM recorded_at), actor, authority, correlation_id, coalesce(causation_id::text, ''), data), 'UTF8'),
        hash
    FROM eventlog.facts ORDER BY position
""")
_HEAD: Final = sa.text("SELECT position, hash FROM eventlog.head")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verifying found: `broken_at` is the first bad position (None: the chain holds), `what` says what was done."""

    facts: int
    head: bytes
    broken_at: int | None = None
    what: str = ""


def verify(connection: sa.Connection, progress: Callable[[int], None] | None = None) -> Verdict:
    """Walk the chain from the first fact, in constant memory, in one snapshot."""
    connection = connection.execution_options(isolation_level="REPEATABLE READ")
    end, end_hash = connection.execute(_HEAD).one()
    links = connection.execution_options(stream_results=True, yield_per=_BATCH).execute(_LINKS)
    at, link = 0, GENESIS
    for position, text, stored in links:
        if position != at + 1:
            return Verdict(at, link, at + 1, "removed")
        link = hashlib.sha256(link + text).digest()
        if link != stored:
            return Verdict(at, link, position, "altered, inserted or moved")
        at = position
        if progress and at % _BATCH == 0:
            progress(at)
    if at < end:
        return Verdict(at, link, at + 1, "removed from the end")
    if (at, link) != (end, bytes(end_hash)):
        return Verdict(at, link, at, "not what the head says: the end was added or altered")
    return Verdict(at, link)
