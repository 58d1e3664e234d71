"""Projections as the reaction of a queue: facts that arrive together share one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from shared.contracts.envelope import Envelope
from shared.kernel.batching import LONG_LINGER, GroupCommit
from shared.messaging.reaction import Claim
from shared.projecting.runner import Runner

MOST: Final = 256


class Projecting:
    """A reaction that needs no inbox: it never claims. The checkpoints of the projections tell what was applied."""

    idempotent: Final = True

    def __init__(self, queue: str, runner: Runner) -> None:
        self._runner = runner
        self._together: GroupCommit[Envelope, None] = GroupCommit(queue, self._project, MOST, LONG_LINGER)

    def __call__(self, fact: Envelope, claim: Claim) -> None:
        """See `follow`."""
        self.follow(fact)

    def follow(self, fact: Envelope) -> None:
        """Return when the fact, and all before it, are committed. Raises what `Runner.project` raises."""
        self._together.submit(fact).result()

    def close(self) -> None:
        """Finish what has arrived."""
        self._together.close()

    def _project(self, facts: Sequence[Envelope]) -> list[Exception | None]:
        self._runner.project(facts)
        return [None] * len(facts)
