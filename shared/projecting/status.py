"""How far projections are behind the logs they fold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from shared.messaging.feed import Feed
from shared.projecting import checkpoint
from shared.projecting.projection import Projection


@dataclass(frozen=True, slots=True)
class Standing:
    """A projection in one source. `up_to_date`: the rows were made by this code's VERSION. `lag` is in facts."""

    projection: str
    source: str
    generation: int
    up_to_date: bool
    position: int
    head: int

    @property
    def lag(self) -> int:
        """Facts not yet applied; a checkpoint read before the head never makes it negative."""
        return self.head - self.position


def status(engine: sa.Engine, projections: Iterable[Projection], feeds: Mapping[str, Feed]) -> list[Standing]:
    """One standing for each projection and source that is prepared, by name. Raises what a feed raises."""
    versions = {projection.NAME: projection.VERSION for projection in projections}
    with engine.connect() as connection:
        marks = checkpoint.stored(connection, list(versions))
    heads = {source: feeds[source].head() for source in {mark.source for mark in marks}}
    return [
        Standing(
            mark.projection, mark.source, mark.generation, mark.version == versions[mark.projection],
            mark.position, heads[mark.source],
        )
        for mark in marks
    ]  # fmt: skip
