"""Where the parts of charts stand, in the units of their drawing. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Final

from services.portal.pages.staff.dashboard.scales import greatest, share, shortened, ticks

WIDTH: Final = 640
LEFT, RIGHT, TOP, BOTTOM = 44, 8, 10, 30
PLOT_HEIGHT: Final = 200
ROW_HEIGHT, BAR_HEIGHT, BAR_BELOW = 44, 14, 24
FIGURE_WIDTH: Final = 64
"""Room for the figure behind a bar."""
LONGEST_LABEL: Final = 58
MOST_ROWS: Final = 12


@dataclass(frozen=True, slots=True)
class Tick:
    """A figure on the axis, and where."""

    value: int
    y: float


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle that stands for a count."""

    x: float
    y: float
    width: float
    height: float
    value: int


@dataclass(frozen=True, slots=True)
class Month:
    """What came in and what ended stand side by side; `open_y` is where the line of what was open passes, in the middle
    `x`. `month` is `2024-10`."""

    month: str
    x: float
    received: Bar
    ended: Bar
    open: int
    open_y: float


@dataclass(frozen=True, slots=True)
class TimeChart:
    """Months from left to right; `line` are the points of the line of what was open."""

    width: int
    height: int
    base: float
    ticks: tuple[Tick, ...]
    months: tuple[Month, ...]
    line: str


@dataclass(frozen=True, slots=True)
class Row:
    """A part of the petitions: closed, open in time, overdue, one behind the other; `end` is where they end."""

    code: str
    label: str
    y: float
    closed: Bar
    waiting: Bar
    overdue: Bar
    end: float
    total: int


@dataclass(frozen=True, slots=True)
class RowChart:
    """The largest parts, one below the other; `left_out` more are in the table alone."""

    width: int
    height: int
    rows: tuple[Row, ...]
    left_out: int


def over_time(months: Sequence[Mapping[str, Any]]) -> TimeChart | None:
    """Of tracking's months; None while none has begun."""
    if not months:
        return None
    axis = ticks(greatest(each[name] for each in months for name in ("received", "ended", "open")))
    top = axis[-1]
    slot = (WIDTH - LEFT - RIGHT) / len(months)
    placed = tuple(_month(each, LEFT + slot * index, slot, top) for index, each in enumerate(months))
    return TimeChart(
        width=WIDTH,
        height=TOP + PLOT_HEIGHT + BOTTOM,
        base=TOP + PLOT_HEIGHT,
        ticks=tuple(Tick(value, _height(value, top)) for value in axis),
        months=placed,
        line=" ".join(f"{each.x:.1f},{each.open_y:.1f}" for each in placed),
    )


def by_part(parts: Sequence[Mapping[str, Any]]) -> RowChart | None:
    """Of tracking's categories or departments, those with most first; None where there are none."""
    ordered = sorted(parts, key=lambda each: (-each["received"], each["code"]))
    shown = ordered[:MOST_ROWS]
    if not shown:
        return None
    most = greatest(each["closed"] + each["open"] for each in shown)
    rows = tuple(_row(each, ROW_HEIGHT * index, most) for index, each in enumerate(shown))
    return RowChart(WIDTH, ROW_HEIGHT * len(rows), rows, len(ordered) - len(shown))


def _month(told: Mapping[str, Any], x: float, slot: float, top: int) -> Month:
    width = min(slot * 0.36, 22)
    centre = x + slot / 2
    received = _standing(centre - width, width, told["received"], top)
    ended = _standing(centre, width, told["ended"], top)
    return Month(told["month"], round(centre, 1), received, ended, told["open"], _height(told["open"], top))


def _standing(x: float, width: float, value: int, top: int) -> Bar:
    y = _height(value, top)
    return Bar(round(x, 1), y, round(width, 1), round(TOP + PLOT_HEIGHT - y, 1), value)


def _height(value: int, top: int) -> float:
    return round(TOP + PLOT_HEIGHT * (1 - share(value, top)), 1)


def _row(told: Mapping[str, Any], y: float, most: int) -> Row:
    counts = (told["closed"], told["open"] - told["overdue"], told["overdue"])
    ends = [0.0, *(round((WIDTH - FIGURE_WIDTH) * share(behind, most), 1) for behind in accumulate(counts))]
    closed, waiting, overdue = (
        Bar(ends[at], y + BAR_BELOW, round(ends[at + 1] - ends[at], 1), BAR_HEIGHT, count)
        for at, count in enumerate(counts)
    )
    label = shortened(told["label"], LONGEST_LABEL)
    return Row(told["code"], label, y, closed, waiting, overdue, ends[-1], told["received"])
