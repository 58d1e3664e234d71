"""How far each projection has come in each source: the checkpoint is the de-duplication, there is no inbox."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from shared.projecting.projection import Projection

_COLUMNS: Final = "projection, source, live, generation, version, position"
_SELECT: Final = (
    f"SELECT {_COLUMNS} FROM projecting.checkpoints WHERE projection = ANY(:projections) AND live = :live"
    " ORDER BY projection, source"
)
_READ: Final = sa.text(_SELECT)
_LOCK: Final = sa.text(f"{_SELECT} FOR UPDATE")
_MOVE: Final = sa.text(
    "UPDATE projecting.checkpoints AS c SET position = moved.position"
    " FROM unnest(CAST(:projections AS text[]), CAST(:sources AS text[]), CAST(:lives AS boolean[]),"
    " CAST(:positions AS bigint[])) AS moved (projection, source, live, position)"
    " WHERE c.projection = moved.projection AND c.source = moved.source AND c.live = moved.live"
)


class NotPrepared(Exception):
    """The projection has no live generation for one of its sources: `generations.prepare` or a rebuild makes it."""


class OutOfDate(Exception):
    """The rows were made by another VERSION of the projection: a rebuild is due, or this process is an old one."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """All facts of the source up to `position` are in the generation, and none after it."""

    projection: str
    source: str
    live: bool
    generation: int
    version: int
    position: int

    def at(self, position: int) -> Checkpoint:
        """The checkpoint moved."""
        return replace(self, position=position)


def schema() -> str:
    """The SQL that makes the checkpoints in a database; the role khamrong_app must exist."""
    return (Path(__file__).parent / "schema.sql").read_text()


def lock(transaction: sa.Connection, projections: Iterable[Projection]) -> list[Checkpoint]:
    """The live checkpoints of all sources, held until the transaction ends: one writer at a time per projection.

    Facts of two sources may touch one row, so the sources of a projection are locked together.
    Raises NotPrepared, OutOfDate.
    """
    wanted = list(projections)
    held = stored(transaction, [projection.NAME for projection in wanted], hold=True)
    for projection in wanted:
        _check(projection, [each for each in held if each.projection == projection.NAME])
    return held


def stored(
    connection: sa.Connection, names: Sequence[str], *, live: bool = True, hold: bool = False
) -> list[Checkpoint]:
    """The checkpoints that there are, of whatever version; `hold` locks them until the transaction ends."""
    rows = connection.execute(_LOCK if hold else _READ, {"projections": list(names), "live": live})
    return [Checkpoint(*row) for row in rows]


def move(transaction: sa.Connection, checkpoints: Sequence[Checkpoint]) -> None:
    """Store the positions of checkpoints that are held."""
    if checkpoints:
        transaction.execute(
            _MOVE,
            {
                "projections": [each.projection for each in checkpoints],
                "sources": [each.source for each in checkpoints],
                "lives": [each.live for each in checkpoints],
                "positions": [each.position for each in checkpoints],
            },
        )


def _check(projection: Projection, found: Sequence[Checkpoint]) -> None:
    for each in found:
        if each.version != projection.VERSION:
            raise OutOfDate(f"{each.projection} holds version {each.version}, the code is {projection.VERSION}")
    if missing := set(projection.SOURCES) - {each.source for each in found}:
        raise NotPrepared(f"{projection.NAME} of {', '.join(sorted(missing))}")
