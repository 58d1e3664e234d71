"""Figures about an authority's petitions, without personal data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from services.tracking.projections import PROJECTIONS, authority, satisfaction
from services.tracking.projections.petition_table import TABLE
from services.tracking.queries import figures
from services.tracking.queries.figures import Rating, Tally
from services.tracking.queries.keeping import Keeper
from shared.contracts.petition_states import STATE_LABELS, PetitionState
from shared.projecting import checkpoint
from shared.projecting.checkpoint import Checkpoint

_s = satisfaction.TABLE.c
_SATISFIED: Final = sa.select(_s.answers, _s.points, _s.of_petitions, _s.solved).where(_s.key == sa.bindparam("key"))
_AUTHORITY: Final = sa.select(authority.TABLE.c.name, authority.TABLE.c.categories, authority.TABLE.c.departments)
_LABELS: Final = (
    sa.select(TABLE.c.category, sa.func.max(TABLE.c.category_label))
    .where(TABLE.c.authority == sa.bindparam("code"), TABLE.c.category.in_(sa.bindparam("codes", expanding=True)))
    .group_by(TABLE.c.category)
)
Labels = Mapping[str, str]


class Statistics:
    """Computed when asked for, from the petitions filed in one fiscal year, and kept as `keeping.py` says."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._keeper: Keeper[dict[str, Any]] = Keeper()
        self._dashboards: Keeper[dict[str, Any]] = Keeper()

    def of(self, code: str, fiscal_year: int, now: datetime) -> dict[str, Any] | None:
        """What anybody may know. None for an authority that is not known."""
        return self._keeper.get((code, fiscal_year), self._reached(), lambda: self.public(code, fiscal_year, now))

    def dashboard(self, code: str, fiscal_year: int, department: str | None, now: datetime) -> dict[str, Any] | None:
        """What staff may know, of all departments or of one. None for an authority that is not known."""
        key = (code, fiscal_year, department)
        return self._dashboards.get(key, self._reached(), lambda: self.for_staff(*key, now))

    def _reached(self) -> tuple[Checkpoint, ...]:
        """How far the read models are in the logs."""
        with self._engine.connect() as connection:
            return tuple(checkpoint.stored(connection, [each.NAME for each in PROJECTIONS]))

    def public(self, code: str, fiscal_year: int, now: datetime) -> dict[str, Any] | None:
        """What `of` tells, computed now."""
        with self._engine.connect() as connection:
            known = _known(connection, code)
            if known is None:
                return None
            wanted = figures.which(code, fiscal_year)
            tallied = figures.tallies(connection, wanted, now)
            median, _ = figures.percentiles(connection, wanted)
            labels = _labels(connection, code, known.categories, tallied.by_category)
            satisfied = _satisfied(connection, code, fiscal_year)
        whole = tallied.all
        return {
            "authority": code,
            "authority_name": known.name,
            "fiscal_year": fiscal_year,
            "total": whole.received,
            "by_status": [_status(state, tallied.by_status) for state in PetitionState],
            "by_category": [
                {"category": each, "label": labels[each], "count": tally.received}
                for each, tally in _most_first(tallied.by_category)
            ],
            "ended": whole.ended,
            "overdue": whole.late,
            "on_time_share": whole.on_time_share,
            "median_days": median,
            "satisfaction": _satisfaction(satisfied),
        }

    def for_staff(self, code: str, fiscal_year: int, department: str | None, now: datetime) -> dict[str, Any] | None:
        """What `dashboard` tells, computed now."""
        with self._engine.connect() as connection:
            known = _known(connection, code)
            if known is None:
                return None
            wanted = figures.which(code, fiscal_year, department)
            tallied = figures.tallies(connection, wanted, now)
            median, p90 = figures.percentiles(connection, wanted)
            points = figures.points(connection, wanted)
            labels = _labels(connection, code, known.categories, tallied.by_category)
            ratings = figures.ratings(connection, code, fiscal_year)
            satisfied = _satisfied(connection, code, fiscal_year) if department is None else _of(ratings, department)
        names = {each["code"]: each["name"] for each in known.departments}
        return {
            "authority": code,
            "authority_name": known.name,
            "fiscal_year": fiscal_year,
            "department": department,
            **_counts(tallied.all),
            "median_days": median,
            "p90_days": p90,
            "satisfaction": _satisfaction(satisfied),
            "by_category": [
                {"code": each, "label": labels[each], **_counts(tally)}
                for each, tally in _most_first(tallied.by_category)
            ],
            "by_department": [
                {
                    "code": each,
                    "label": names.get(each, each),
                    **_counts(tally),
                    "satisfaction": _satisfaction(_of(ratings, each)),
                }
                for each, tally in _most_first(tallied.by_department)
            ],
            "over_time": figures.over_time(tallied, fiscal_year, now),
            "points": points,
        }


def _known(connection: sa.Connection, code: str) -> Any:
    return connection.execute(_AUTHORITY.where(authority.TABLE.c.code == code)).first()


def _labels(connection: sa.Connection, code: str, named: list[dict[str, str]], used: Iterable[str]) -> Labels:
    """What categories are called; those that the authority has no longer, as petitions have them."""
    labels = {category["code"]: category["label"] for category in named}
    if gone := sorted(set(used) - labels.keys()):
        labels |= {row[0]: row[1] for row in connection.execute(_LABELS, {"code": code, "codes": gone})}
    return labels


def _satisfied(connection: sa.Connection, code: str, fiscal_year: int) -> Rating:
    found = connection.execute(_SATISFIED, {"key": satisfaction.key_of(code, fiscal_year)}).first()
    return Rating(*found) if found else Rating()


def _of(ratings: Mapping[str, Rating], department: str) -> Rating:
    return ratings.get(department, Rating())


def _satisfaction(rating: Rating) -> dict[str, Any]:
    return {
        "answers": rating.answers,
        "mean_rating": round(rating.points / rating.answers, 2) if rating.answers else None,
        "solved_share": round(rating.solved / rating.of_petitions, 4) if rating.of_petitions else None,
    }


def _counts(tally: Tally) -> dict[str, Any]:
    return {
        "received": tally.received,
        "open": tally.open,
        "closed": tally.ended,
        "overdue": tally.late,
        "on_time_share": tally.on_time_share,
    }


def _status(state: PetitionState, counted: Mapping[str, Tally]) -> dict[str, Any]:
    count = counted[state].received if state in counted else 0
    return {"status": state.value, "label": STATE_LABELS[state], "count": count}


def _most_first(counted: Mapping[str, Tally]) -> list[tuple[str, Tally]]:
    return sorted(counted.items(), key=lambda pair: (-pair[1].received, pair[0]))
