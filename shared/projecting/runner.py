"""Keeps projections up to date: facts go in in any order and any number of times, rows are the fold of the log."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa

from shared.contracts.envelope import Envelope
from shared.kernel.database import looking
from shared.messaging.feed import Feed
from shared.projecting import checkpoint
from shared.projecting.checkpoint import Checkpoint
from shared.projecting.pages import PAGE, contiguous, page
from shared.projecting.projection import Projection
from shared.projecting.rows import apply_facts


class Runner:
    """Applies facts to the live generations of projections. Several runners, in any processes, may do so at once.

    `ahead`: whoever is given a fact also pulls what the owner's log has after it; for owners that are near.
    """

    def __init__(
        self, engine: sa.Engine, projections: Sequence[Projection], feeds: Mapping[str, Feed], *, ahead: bool = False
    ) -> None:
        self._engine = engine
        self._projections = tuple(projections)
        self._feeds = feeds
        self._ahead = ahead
        self._sources = {source for projection in projections for source in projection.SOURCES}

    def project(self, envelopes: Iterable[Envelope]) -> None:
        """Return once all these facts, and all before them, are committed in every projection of their source.

        What was applied before is skipped; what is missing in between is pulled from the owner's feed.
        Raises HoleRemains, NotPrepared, OutOfDate, and whatever a fold, a feed or the database raises.
        """
        offered = {source: facts for source, facts in _by_source(envelopes).items() if source in self._sources}
        if not offered or self._knows(offered):
            return
        while not self._step(offered):
            continue

    def catch_up(self) -> None:
        """Pull whatever the owners' logs have more than the projections, up to where they are now."""
        ends = {source: self._feeds[source].head() for source in self._sources}
        while self._pull_page(ends):
            continue

    def _knows(self, offered: Mapping[str, Sequence[Envelope]]) -> bool:
        """Without a lock: checkpoints only ever go forward."""
        with looking(self._engine) as connection:
            marks = checkpoint.stored(connection, [projection.NAME for projection in self._projections])
        return bool(marks) and _reached(marks, offered)

    def _step(self, offered: Mapping[str, Sequence[Envelope]]) -> bool:
        """One transaction's worth; True when nothing is left to do."""
        with self._engine.begin() as transaction:
            held = checkpoint.lock(transaction, self._projections)
            following = [self._following(each, offered.get(each.source, ())) for each in held]
            moved = self._apply(transaction, held, following)
        return _reached(moved, offered)

    def _following(self, mark: Checkpoint, offered: Sequence[Envelope]) -> list[Envelope]:
        if not offered or offered[-1].position <= mark.position:
            return []
        feed, run = self._feeds[mark.source], contiguous(mark.position, offered)
        if not run:
            return page(feed, mark.position, offered[-1].position)
        if self._ahead:
            run += contiguous(run[-1].position, feed.after(run[-1].position, PAGE))
        return run

    def _pull_page(self, ends: Mapping[str, int]) -> bool:
        with self._engine.begin() as transaction:
            held = checkpoint.lock(transaction, self._projections)
            behind = [mark.position < ends[mark.source] for mark in held]
            following = [
                page(self._feeds[mark.source], mark.position, ends[mark.source]) if late else []
                for mark, late in zip(held, behind, strict=True)
            ]
            self._apply(transaction, held, following)
        return any(behind)

    def _apply(
        self, transaction: sa.Connection, held: Sequence[Checkpoint], following: Sequence[Sequence[Envelope]]
    ) -> list[Checkpoint]:
        advanced = [(mark, facts) for mark, facts in zip(held, following, strict=True) if facts]
        for projection in self._projections:
            own = [(mark, facts) for mark, facts in advanced if mark.projection == projection.NAME]
            if own:
                facts = [fact for _, each in own for fact in each]
                apply_facts(transaction, projection, own[0][0].generation, facts)
        checkpoint.move(transaction, [mark.at(facts[-1].position) for mark, facts in advanced])
        return [mark.at(facts[-1].position) if facts else mark for mark, facts in zip(held, following, strict=True)]


def _reached(marks: Iterable[Checkpoint], offered: Mapping[str, Sequence[Envelope]]) -> bool:
    return all(mark.position >= offered[mark.source][-1].position for mark in marks if mark.source in offered)


def _by_source(envelopes: Iterable[Envelope]) -> dict[str, list[Envelope]]:
    sources: dict[str, list[Envelope]] = defaultdict(list)
    for envelope in envelopes:
        sources[envelope.service].append(envelope)
    return {source: sorted(facts, key=lambda fact: fact.position) for source, facts in sources.items()}
