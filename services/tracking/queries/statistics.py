"""Figures about an authority's petitions, without personal data."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from services.tracking.projections import PROJECTIONS, authority, satisfaction
from services.tracking.projections.petition_table import TABLE
from services.tracking.queries.keeping import Keeper
from shared.contracts.petition_states import OPEN_STATES, STATE_LABELS, PetitionState
from shared.projecting import checkpoint
from shared.projecting.checkpoint import Checkpoint

_c = TABLE.c
_s = satisfaction.TABLE.c
_SATISFIED: Final = sa.select(_s.answers, _s.points, _s.of_petitions, _s.solved).where(_s.key == sa.bindparam("key"))
_SECONDS_A_DAY: Final = 86_400
_AUTHORITY: Final = sa.select(authority.TABLE.c.name, authority.TABLE.c.categories)
_ENDED: Final = _c.ended_at.is_not(None)
_DAYS: Final = sa.extract("epoch", _c.ended_at - _c.filed_at) / _SECONDS_A_DAY


class Statistics:
    """Computed when asked for, from the petitions filed in one fiscal year, and kept as `keeping.py` says."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._keeper: Keeper[dict[str, Any]] = Keeper()

    def of(self, code: str, fiscal_year: int, now: datetime) -> dict[str, Any] | None:
        """None for an authority that is not known.

        `on_time_share` is finished on time ÷ (finished + open and overdue), None while nothing is finished or overdue.
        """
        return self._keeper.get((code, fiscal_year), self._reached(), lambda: self._computed(code, fiscal_year, now))

    def _reached(self) -> tuple[Checkpoint, ...]:
        """How far the read models are in the logs."""
        with self._engine.connect() as connection:
            return tuple(checkpoint.stored(connection, [each.NAME for each in PROJECTIONS]))

    def _computed(self, code: str, fiscal_year: int, now: datetime) -> dict[str, Any] | None:
        with self._engine.connect() as connection:
            known = connection.execute(_AUTHORITY.where(authority.TABLE.c.code == code)).first()
            if known is None:
                return None
            which = sa.and_(_c.authority == code, _c.fiscal_year == fiscal_year)
            by_status = {row[0]: row[1] for row in connection.execute(_counts(_c.state, which))}
            by_category = connection.execute(_counts(_c.category, which, sa.func.max(_c.category_label))).all()
            ended, on_time, overdue, median = connection.execute(_summary(which, now)).one()
            satisfied = connection.execute(_SATISFIED, {"key": satisfaction.key_of(code, fiscal_year)}).first()
        return {
            "authority": code,
            "authority_name": known.name,
            "fiscal_year": fiscal_year,
            "total": sum(by_status.values()),
            "by_status": [_status(state, by_status.get(state, 0)) for state in PetitionState],
            "by_category": _categories(by_category, known.categories),
            "ended": ended,
            "overdue": overdue,
            "on_time_share": round(on_time / (ended + overdue), 4) if ended + overdue else None,
            "median_days": None if median is None else round(float(median), 2),
            "satisfaction": _satisfaction(*(satisfied or (0, 0, 0, 0))),
        }


def _satisfaction(answers: int, points: int, of_petitions: int, solved: int) -> dict[str, Any]:
    return {
        "answers": answers,
        "mean_rating": round(points / answers, 2) if answers else None,
        "solved_share": round(solved / of_petitions, 4) if of_petitions else None,
    }


def _counts(column: sa.Column[Any], which: sa.ColumnElement[bool], *more: Any) -> sa.Select[Any]:
    return sa.select(column, sa.func.count(), *more).where(which).group_by(column)


def _summary(which: sa.ColumnElement[bool], now: datetime) -> sa.Select[Any]:
    late = sa.and_(_c.state.in_(OPEN_STATES), _c.due_at < now)
    return sa.select(
        sa.func.count().filter(_ENDED),
        sa.func.count().filter(_ENDED, _c.ended_at <= _c.due_at),
        sa.func.count().filter(late),
        sa.func.percentile_cont(0.5).within_group(_DAYS).filter(_ENDED),
    ).where(which)


def _status(state: PetitionState, count: int) -> dict[str, Any]:
    return {"status": state.value, "label": STATE_LABELS[state], "count": count}


def _categories(counted: Any, named: list[dict[str, str]]) -> list[dict[str, Any]]:
    labels = {category["code"]: category["label"] for category in named}
    rows = [{"category": code, "label": labels.get(code, label), "count": count} for code, count, label in counted]
    return sorted(rows, key=lambda row: (-row["count"], row["category"]))
