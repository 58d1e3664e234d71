"""Axes of charts: round figures that cover what is shown. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

STEPS: Final = (1, 2, 5)
MOST_TICKS: Final = 5


def ticks(most: int) -> tuple[int, ...]:
    """Round whole figures from 0 to at least `most`, at most six of them."""
    step = _step(most)
    return tuple(range(0, max(1, -(-most // step)) * step + 1, step))


def round_below(length: float) -> int:
    """The largest of 1, 2, 5, 10, 20 … that is not above a length of at least 1."""
    magnitude: int = 10 ** (len(str(int(length))) - 1)
    return max(step * magnitude for step in STEPS if step * magnitude <= length)


def shortened(label: str, most: int) -> str:
    """A label that fits; the whole of it stands in the table."""
    return label if len(label) <= most else f"{label[: most - 1].rstrip()}…"


def greatest(counts: Iterable[int]) -> int:
    """The largest; 0 of none."""
    return max(counts, default=0)


def share(part: int, whole: int) -> float:
    """0 where there is nothing to have a part of."""
    return part / whole if whole else 0.0


def middle(values: Sequence[float]) -> float:
    """Halfway between the ends."""
    return (min(values) + max(values)) / 2


def _step(most: int) -> int:
    magnitude = 1
    while True:
        for step in STEPS:
            if step * magnitude * MOST_TICKS >= most:
                return step * magnitude
        magnitude *= 10
