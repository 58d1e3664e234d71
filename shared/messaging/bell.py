"""Tells waiting pullers that there may be something new, so that they need not look all the time."""

from __future__ import annotations

import threading

import sqlalchemy as sa


class Bell:
    """Rung by whoever committed; heard by everybody who waits. A ring that comes while nobody waits is not lost: who
    waits says how many rings were heard before."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._rung = 0

    @property
    def rung(self) -> int:
        """How often, so far."""
        return self._rung

    def ring(self, *_: object) -> None:
        """Wake everybody who waits."""
        with self._condition:
            self._rung += 1
            self._condition.notify_all()

    def wait(self, heard: int, seconds: float) -> bool:
        """Until it rang more than `heard` times, or so long; whether it rang."""
        with self._condition:
            return self._condition.wait_for(lambda: self._rung != heard, seconds)

    def on_commit_of(self, engine: sa.Engine) -> None:
        """Ring whenever a transaction of this process is committed there."""
        sa.event.listen(engine, "commit", self.ring)
