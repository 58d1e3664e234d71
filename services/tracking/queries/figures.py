"""Figures of an authority's petitions filed in one fiscal year, added up in as few looks at the table as can be."""

from __future__ import annotations

from dataclasses import astuple, dataclass, field
from datetime import datetime, time
from typing import Any, Final

import sqlalchemy as sa

from services.tracking.projections.petition_table import RATED, TABLE
from shared.contracts.petition_states import OPEN_STATES
from shared.contracts.survey import Solved
from shared.kernel.thai import BANGKOK, fiscal_days, month_number

_c = TABLE.c
_ENDED: Final = _c.ended_at.is_not(None)
_OPEN: Final = _c.state.in_(sorted(OPEN_STATES))
MONTHS: Final = 12
COUNTS: Final = ("received", "open", "ended", "on_time", "late")
CELL: Final = 500
"""Parts of a degree to which places are rounded: 200 m."""

MOST_POINTS: Final = 2_000


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of some petitions. `on_time` are among the ended, `late` (open and past their day) among the open."""

    received: int = 0
    open: int = 0
    ended: int = 0
    on_time: int = 0
    late: int = 0

    @property
    def on_time_share(self) -> float | None:
        """Finished by the due date ÷ (finished + open and overdue); None while there are none."""
        asked = self.ended + self.late
        return round(self.on_time / asked, 4) if asked else None


@dataclass(frozen=True, slots=True)
class Tallies:
    """What the petitions are divided by. Months are counted as `month_number` does."""

    by_status: dict[str, Tally] = field(default_factory=dict)
    by_category: dict[str, Tally] = field(default_factory=dict)
    by_department: dict[str, Tally] = field(default_factory=dict)
    by_month_filed: dict[int, Tally] = field(default_factory=dict)
    by_month_ended: dict[int, Tally] = field(default_factory=dict)

    @property
    def all(self) -> Tally:
        """All of them: each is in one state."""
        parts = [astuple(tally) for tally in self.by_status.values()]
        return Tally(*(sum(counts) for counts in zip(*parts, strict=True)))


@dataclass(frozen=True, slots=True)
class Rating:
    """Counts of some answers: how many, the sum of their ratings, those that tell whether it was solved, and wholly."""

    answers: int = 0
    points: int = 0
    of_petitions: int = 0
    solved: int = 0


def which(authority: str, fiscal_year: int, department: str | None = None) -> sa.ColumnElement[bool]:
    """The petitions of an authority, or of one of its departments, in a fiscal year."""
    of_authority = sa.and_(_c.authority == authority, _c.fiscal_year == fiscal_year)
    return of_authority if department is None else sa.and_(of_authority, _c.department == department)


def tallies(connection: sa.Connection, wanted: sa.ColumnElement[bool], now: datetime) -> Tallies:
    """One look at the index answers all the divisions."""
    found = Tallies()
    groups: tuple[dict[Any, Tally], ...] = (
        found.by_status, found.by_category, found.by_department, found.by_month_filed, found.by_month_ended,
    )  # fmt: skip
    for left_out, *rest in connection.execute(tallied(wanted, now)):
        place = _ALL_BUT_ONE.index(left_out)
        groups[place][rest[place]] = Tally(*rest[len(groups) :])
    return found


_ALL_BUT_ONE: Final = [0b11111 ^ (1 << bit) for bit in (4, 3, 2, 1, 0)]
"""What GROUPING says of a row that is divided by the first, the second … of five columns."""


def tallied(wanted: sa.ColumnElement[bool], now: datetime) -> sa.Select[Any]:
    """Of each row: what it is not divided by, the five columns, and the five counts of a `Tally`.

    Added up twice: first by all five columns at once, which the server does with several processes.
    """
    parts = _parts(wanted, now).subquery("parts").c
    by = [parts.state, parts.category, parts.department, parts.month_filed, parts.month_ended]
    counts = [sa.cast(sa.func.sum(parts[name]), sa.Integer) for name in COUNTS]
    sets = sa.func.grouping_sets(*(sa.tuple_(column) for column in by))
    return sa.select(sa.func.grouping(*by), *by, *counts).group_by(sets)


def _parts(wanted: sa.ColumnElement[bool], now: datetime) -> sa.Select[Any]:
    by = [_c.state, _c.category, _c.department, _c.month_filed, _c.month_ended]
    late = sa.and_(_OPEN, _c.due_at < now, _c.waiting_since.is_(None))
    which = (_OPEN, _ENDED, _c.ended_at <= _c.due_at, late)
    counts = [sa.func.count(), *(sa.func.count().filter(each) for each in which)]
    named = [count.label(name) for name, count in zip(COUNTS, counts, strict=True)]
    return sa.select(*by, *named).where(wanted).group_by(*by)


def over_time(tallied: Tallies, fiscal_year: int, now: datetime) -> list[dict[str, Any]]:
    """Of each month that has begun: received, ended, and how many were open at its end. Who was withdrawn or merged, of
    which it is not kept when, was never open."""
    months, still_open = [], 0
    first = month_number(datetime.combine(fiscal_days(fiscal_year)[0], time(), BANGKOK))
    for month in range(first, min(first + MONTHS, month_number(now) + 1)):
        filed, ended = tallied.by_month_filed.get(month, Tally()), tallied.by_month_ended.get(month, Tally())
        still_open += filed.open + filed.ended - ended.ended
        counts = {"received": filed.received, "ended": ended.ended, "open": still_open}
        months.append({"month": f"{month // MONTHS}-{month % MONTHS + 1:02}", **counts})
    return months


def percentiles(connection: sa.Connection, wanted: sa.ColumnElement[bool]) -> tuple[float | None, float | None]:
    """Days from filing to the end: the median and the 90th percentile; None while nothing has ended."""
    median, p90 = connection.execute(spread(wanted)).one()
    return _rounded(median), _rounded(p90)


def spread(wanted: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """The two percentiles."""
    days = [sa.func.percentile_cont(share).within_group(_c.days) for share in (0.5, 0.9)]
    return sa.select(*days).where(wanted, _ENDED)


def ratings(connection: sa.Connection, authority: str, fiscal_year: int) -> dict[str, Rating]:
    """Answers that were given in the fiscal year about petitions, by the department that owned the petition at the end
    that is rated: it did the work, whoever has the petition now."""
    found = connection.execute(rated(authority, fiscal_year)).all()
    return {department: Rating(*counts) for department, *counts in found}


def rated(authority: str, fiscal_year: int) -> sa.Select[Any]:
    """Of each department the counts of a `Rating`. An answer to an end that was not seen yet is left out."""
    columns = [sa.column(name, sa.Integer) for name in ("resolution", "fiscal_year", "rating")]
    told = sa.func.jsonb_to_recordset(_c.ratings).table_valued(*columns, sa.column("solved", sa.Text))
    answers = told.render_derived(name="answer", with_types=True)
    answer = answers.c
    department = _c.ends.op("->>")(answer.resolution - sa.literal_column("1"))
    solved = sa.func.count().filter(answer.solved == Solved.YES.value)
    counts = (sa.func.count(), sa.func.sum(answer.rating), sa.func.count(answer.solved), solved)
    wanted = (_c.authority == authority, RATED, answer.fiscal_year == fiscal_year, department.is_not(None))
    table = TABLE.join(answers, sa.true())
    return sa.select(department, *counts).select_from(table).where(*wanted).group_by(department)


def points(connection: sa.Connection, wanted: sa.ColumnElement[bool]) -> list[dict[str, Any]]:
    """How many there are about where: the middles of cells of 200 m, those with most first, at most `MOST_POINTS`."""
    found = connection.execute(places(wanted)).all()
    return [{"latitude": _middle(row[0]), "longitude": _middle(row[1]), "count": row[2]} for row in found]


def places(wanted: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Cells, by their distance from the equator and from Greenwich, and what is in them."""
    north, east = (sa.cast(sa.func.floor(column * CELL), sa.Integer) for column in (_c.latitude, _c.longitude))
    columns: list[sa.ColumnElement[Any]] = [north, east, sa.func.count().label("count")]
    query = sa.select(*columns).where(wanted, _c.latitude.is_not(None))
    return query.group_by(north, east).order_by(sa.desc("count"), north, east).limit(MOST_POINTS)


def _middle(cell: int) -> float:
    return round((cell + 0.5) / CELL, 3)


def _rounded(days: float | None) -> float | None:
    return None if days is None else round(float(days), 2)
