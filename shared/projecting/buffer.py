"""Rows of a generation that is being built, kept in memory while facts go into them: most are written once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa

from shared.contracts.envelope import Envelope
from shared.projecting.projection import Key, Projection, Row, fold, keyed
from shared.projecting.rows import add, load, store, table_of

MOST_ROWS: Final = 10_000
"""The most rows that are kept; some 10 kB each."""

_STORED_TOGETHER: Final = 1_000


class Buffer:
    """For the one writer of a generation. What is not flushed dies with the process: checkpoints move at flushes."""

    def __init__(self, projection: Projection, generation: int, most: int) -> None:
        self._projection = projection
        self._table = table_of(projection.TABLE, generation)
        self._most = most
        self._rows: dict[Key, Row] = {}
        self._stored: set[Key] = set()

    @property
    def is_full(self) -> bool:
        """Whether it is time to flush."""
        return len(self._rows) >= self._most

    def apply(self, connection: sa.Connection, envelopes: Sequence[Envelope]) -> None:
        """Fold facts; rows that are not in memory are loaded."""
        facts = keyed(self._projection, envelopes)
        missing = {key for key, _ in facts} - self._rows.keys()
        found = load(connection, self._table, missing)
        self._rows.update(found)
        self._stored.update(found)
        self._rows.update(fold(self._projection, self._rows, facts))

    def flush(self, transaction: sa.Connection) -> None:
        """Write all rows and forget them."""
        if new := [row for key, row in self._rows.items() if key not in self._stored]:
            add(transaction, self._table, new)
        changed = [self._rows[key] for key in self._stored]
        for start in range(0, len(changed), _STORED_TOGETHER):
            store(transaction, self._table, changed[start : start + _STORED_TOGETHER])
        self._rows.clear()
        self._stored.clear()
