"""What was asked a moment ago, kept in this process alone: fresh for a while, and good for longer."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from shared.kernel import clock

MOST_KEPT: Final = 10_000
Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class _Kept(Generic[Value]):
    value: Value
    fresh_until: float
    good_until: float


class Remembered(Generic[Key, Value]):
    """At most `MOST_KEPT`; what was kept first goes first. Times are those of the monotonic clock."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Key, _Kept[Value]] = OrderedDict()

    def fresh(self, key: Key) -> Value | None:
        """What need not be asked again yet."""
        kept = self._kept.get(key)
        return kept.value if kept and clock.monotonic() < kept.fresh_until else None

    def good(self, key: Key) -> Value | None:
        """What may serve while nobody can be asked."""
        kept = self._kept.get(key)
        return kept.value if kept and clock.monotonic() < kept.good_until else None

    def keep(self, key: Key, value: Value, fresh_until: float, good_until: float) -> None:
        """From now on this is known."""
        self._kept[key] = _Kept(value, fresh_until, good_until)
        self._kept.move_to_end(key)
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)

    def forget(self, is_meant: Callable[[Key], bool]) -> None:
        """Know nothing of these any more."""
        for key in [each for each in self._kept if is_meant(each)]:
            del self._kept[key]
