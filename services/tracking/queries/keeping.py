"""Answers that are kept in this process for a moment, because they are dear and asked for often."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from shared.kernel import clock

Answer = TypeVar("Answer")
MOST_SECONDS: Final = 60.0
"""What depends on the clock alone (who is late now) is told this late at most."""

TIMES_ITS_COST: Final = 10
MOST_BEHIND_SECONDS: Final = 5.0
"""While facts arrive, an answer is made anew after ten times the time that it took, five seconds at most."""

MOST_KEPT: Final = 1_000


@dataclass(frozen=True, slots=True)
class Kept(Generic[Answer]):
    """An answer, where the facts were when it was made, when that was, and how long it took (seconds)."""

    answer: Answer
    reached: Hashable
    made_at: float
    cost: float

    def serves(self, reached: Hashable, now: float) -> bool:
        """Whether it may be given now: nothing happened since, or it was made only just."""
        behind = min(self.cost * TIMES_ITS_COST, MOST_BEHIND_SECONDS)
        return now - self.made_at < (MOST_SECONDS if reached == self.reached else behind)


class Keeper(Generic[Answer]):
    """Makes each answer once for all who ask at the same time. `None` is never kept."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, Kept[Answer]] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, reached: Hashable, make: Callable[[], Answer | None]) -> Answer | None:
        """The answer that is kept, or a new one. `reached`: how far the facts are, asked before."""
        if (kept := self._kept.get(key)) and kept.serves(reached, clock.monotonic()):
            return kept.answer
        with self._lock:
            if (kept := self._kept.get(key)) and kept.serves(reached, clock.monotonic()):
                return kept.answer
            return self._made(key, reached, make)

    def _made(self, key: Hashable, reached: Hashable, make: Callable[[], Answer | None]) -> Answer | None:
        began = clock.monotonic()
        answer = make()
        if answer is not None:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            ended = clock.monotonic()
            self._kept[key] = Kept(answer, reached, ended, ended - began)
        return answer
