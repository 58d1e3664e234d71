"""What has been told about a place already: open petitions of one category around a point."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, degrees, radians
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from services.tracking.projections import authority
from services.tracking.projections.petition_table import TABLE
from shared.contracts.petition_states import OPEN_STATES, STATE_LABELS, PetitionState

MOST: Final = 10
MOST_OTHERS: Final = 50
EARTH_METRES: Final = 6_371_008.8
"""The mean radius (IUGG)."""

_LEAST_COSINE: Final = 0.01
_ROOM: Final = 1.001
"""A box touches its circle, and the arithmetic of both rounds."""

_c = TABLE.c


@dataclass(frozen=True, slots=True)
class Around:
    """A circle: degrees WGS 84 and metres."""

    latitude: float
    longitude: float
    metres: int

    @property
    def box(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """The least and the greatest latitude, and longitude, that a point inside can have."""
        high = degrees(self.metres / EARTH_METRES) * _ROOM
        wide = high / max(cos(radians(self.latitude)), _LEAST_COSINE)
        return (self.latitude - high, self.latitude + high), (self.longitude - wide, self.longitude + wide)


class Nearby:
    """Answers without number, person or coordinates."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")

    def categories(self, code: str) -> set[str] | None:
        """The codes of the authority's categories; None for an authority that is not known."""
        query = sa.select(authority.TABLE.c.categories).where(authority.TABLE.c.code == code)
        with self._engine.connect() as connection:
            known = connection.execute(query).scalar()
        return None if known is None else {category["code"] for category in known}

    def of(self, code: str, category: str, around: Around) -> list[dict[str, Any]]:
        """Open petitions, newest first, at most `MOST`."""
        with self._engine.connect() as connection:
            rows = connection.execute(statement(code, category, around)).all()
        return [_shown(*row) for row in rows]

    def others(self, petition_id: UUID, metres: int) -> list[dict[str, Any]]:
        """Petitions of the same authority and category around one that has a place, whatever became of them; newest
        first, at most `MOST_OTHERS`. For staff: each has its number and its department."""
        with self._engine.connect() as connection:
            here = connection.execute(_HERE, {"petition_id": petition_id}).one()
            if here.latitude is None:
                return []
            around = Around(here.latitude, here.longitude, metres)
            query = _others(here.authority, here.category, around).where(_c.petition_id != petition_id)
            found = connection.execute(query.order_by(_c.filed_at.desc()).limit(MOST_OTHERS)).mappings()
            return [dict(row) for row in found if row["distance"] <= metres]


_HERE: Final = sa.select(_c.authority, _c.category, _c.latitude, _c.longitude).where(
    _c.petition_id == sa.bindparam("petition_id")
)


def _others(code: str, category: str, around: Around) -> sa.Select[Any]:
    (south, north), (west, east) = around.box
    columns = [_c.number, _c.state, _c.department, _c.filed_at, _distance(around).label("distance")]
    same = sa.and_(_c.authority == code, _c.category == category)
    return sa.select(*columns).where(same, _c.latitude.between(south, north), _c.longitude.between(west, east))


def statement(code: str, category: str, around: Around) -> sa.Select[Any]:
    """State, label of the category, time of filing, distance in metres."""
    (south, north), (west, east) = around.box
    inside = (
        sa.select(_c.state, _c.category_label, _c.filed_at, _c.petition_id, _distance(around).label("distance"))
        .where(_c.authority == code, _c.category == category, _c.state.in_(sorted(OPEN_STATES)))
        .where(_c.latitude.between(south, north), _c.longitude.between(west, east))
        .subquery("inside")
    )
    found = inside.c
    return (
        sa.select(found.state, found.category_label, found.filed_at, found.distance)
        .where(found.distance <= around.metres)
        .order_by(found.filed_at.desc(), found.petition_id.desc())
        .limit(MOST)
    )


def _distance(around: Around) -> sa.ColumnElement[float]:
    """Haversine; `least` because rounding may lead past 1, where no arc sine is."""
    up = sa.func.sind((_c.latitude - around.latitude) / 2)
    across = sa.func.sind((_c.longitude - around.longitude) / 2)
    chord = up * up + sa.func.cosd(_c.latitude) * sa.func.cosd(around.latitude) * across * across
    return 2 * EARTH_METRES * sa.func.asin(sa.func.sqrt(sa.func.least(chord, 1.0)))


def _shown(state: str, label: str, filed_at: Any, distance: float) -> dict[str, Any]:
    return {
        "status": state,
        "status_label": STATE_LABELS[PetitionState(state)],
        "category": label,
        "filed_at": filed_at,
        "distance_m": round(distance),
    }
