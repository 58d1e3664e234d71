"""What a projection is: a read model as the fold of facts. It sees stored data, whose personal fields are sealed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Protocol
from uuid import UUID

import sqlalchemy as sa

from shared.contracts.envelope import Envelope

Key = UUID | str
Row = dict[str, Any]


class Projection(Protocol):
    """A module of a service's `projections/`. A change of the fold or of the table's shape is a new VERSION.

    Facts of different sources touch disjoint columns, so that the order among sources does not matter.
    """

    @property
    def NAME(self) -> str:  # noqa: N802 - a constant of the module
        """What operators call it."""
        ...

    @property
    def VERSION(self) -> int:  # noqa: N802
        """Which fold made the rows."""
        ...

    @property
    def TABLE(self) -> sa.Table:  # noqa: N802
        """As questions see it: a view named like this in the schema of the service. One column is the primary key."""
        ...

    @property
    def SOURCES(self) -> Sequence[str]:  # noqa: N802
        """The services whose facts it folds."""
        ...

    def key(self, envelope: Envelope) -> Key | None:
        """The row that the fact changes; None when it changes none."""
        ...

    def apply(self, row: Row | None, envelope: Envelope) -> Row:
        """The whole row after the fact; `row` is left as it was. Values are what the driver gives for the columns."""
        ...


Keyed = Sequence[tuple[Key, Envelope]]
"""Facts that change rows, each with the key of its row."""


def keyed(projection: Projection, envelopes: Iterable[Envelope]) -> Keyed:
    """The facts that change rows, in the same order."""
    pairs = ((projection.key(envelope), envelope) for envelope in envelopes)
    return [(key, envelope) for key, envelope in pairs if key is not None]


def fold(projection: Projection, rows: Mapping[Key, Row], facts: Keyed) -> dict[Key, Row]:
    """The rows that the facts change, as they are afterwards."""
    changed: dict[Key, Row] = {}
    for key, envelope in facts:
        changed[key] = projection.apply(changed.get(key) or rows.get(key), envelope)
    return changed


@lru_cache
def column_names(table: sa.Table) -> tuple[str, ...]:
    """The names of the columns as plain strings, which JSON can have as keys."""
    return tuple(str(column.name) for column in table.columns)
