"""The queue of staff: filtered, sorted, page by page; and one petition with everything that is known of it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

import orjson
import sqlalchemy as sa
from pydantic import BaseModel

from services.tracking.projections.petition_table import PETITIONER, TABLE
from services.tracking.queries.policy import REOPEN_DAYS
from shared.contracts.fact import ERASED
from shared.contracts.petition import Petitioner, Place
from shared.contracts.petition_states import OPEN_STATES
from shared.eventlog.sealing import Sealer
from shared.kernel import clock
from shared.kernel.numbers import normal_number
from shared.kernel.thai import BANGKOK
from shared.projecting.sealed import opened

_c = TABLE.c
SORTS: Final = {"filed_at": _c.filed_at, "due_at": _c.due_at, "number": _c.number}
ALL: Final = "*"
_WHOSE: Final = sa.select(_c.petition_id, _c.number, _c.authority, _c.department, PETITIONER.label("subject")).where(
    _c.number == sa.bindparam("number")
)
_LISTED: Final = (
    _c.petition_id, _c.number, _c.authority, _c.state, _c.outcome, _c.category, _c.category_label, _c.department,
    _c.department_name, _c.officer, _c.officer_name, _c.filed_at, _c.due_at, _c.accepted_at, _c.resolved_at,
    _c.closed_at, _c.channel, _c.latitude, _c.longitude, _c.version, _c.reopening_requested,
)  # fmt: skip
_EXPORTED_TOGETHER: Final = 500
OWN_MOST: Final = 500
"""Nobody reads a longer list of their own."""
_SHAPES: Final[dict[str, type[BaseModel]]] = {"petitioner": Petitioner, "place": Place}


class CursorInvalid(ValueError):
    """The cursor was not made by this list, or for another sort."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What to list. `authority` is a code, or `*` for all; days are those of Thailand, both included."""

    authority: str
    status: tuple[str, ...] = ()
    category: str | None = None
    department: str | None = None
    officer: str | None = None
    overdue: bool | None = None
    q: str | None = None
    filed_from: date | None = None
    filed_to: date | None = None
    reopening_requested: bool | None = None
    sort: str = "-filed_at"


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose business a petition is, and whose data it holds."""

    petition_id: UUID
    number: str
    authority: str
    department: str
    subject_id: UUID


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, and the cursor of the next page; None at the end."""

    rows: list[dict[str, Any]]
    following: str | None


class Petitions:
    """What staff may see of petitions."""

    def __init__(self, engine: sa.Engine, sealer: Sealer) -> None:
        self._engine, self._sealer = engine, sealer

    def page(self, asked: Filter, limit: int, cursor: str | None = None) -> Page:
        """At most `limit` rows after the cursor. Rows that come meanwhile neither repeat nor hide others.

        Raises CursorInvalid.
        """
        column, descending = SORTS[asked.sort.removeprefix("-")], asked.sort.startswith("-")
        query = sa.select(*_LISTED).where(*_conditions(asked))
        if cursor:
            place = sa.tuple_(*_place(cursor, asked.sort), types=[column.type, _c.petition_id.type])
            here = sa.tuple_(column, _c.petition_id)
            query = query.where(here < place if descending else here > place)
        order = [each.desc() if descending else each.asc() for each in (column, _c.petition_id)]
        with self._engine.connect() as connection:
            found = connection.execute(query.order_by(*order).limit(limit + 1)).mappings()
            rows = [dict(row) for row in found]
        more = len(rows) > limit
        return Page(rows[:limit], _cursor(rows[limit - 1], asked.sort) if more else None)

    def every(self, asked: Filter) -> Iterator[dict[str, Any]]:
        """All rows, oldest first, in short transactions."""
        oldest_first, cursor = replace(asked, sort="filed_at"), None
        while True:
            page = self.page(oldest_first, _EXPORTED_TOGETHER, cursor)
            yield from page.rows
            cursor = page.following
            if cursor is None:
                return

    def whose(self, number: str) -> Whose | None:
        """Whose a petition is; None when there is no such number."""
        with self._engine.connect() as connection:
            row = connection.execute(_WHOSE, {"number": normal_number(number)}).one_or_none()
        return Whose(row.petition_id, row.number, row.authority, row.department, UUID(row.subject)) if row else None

    def of_member(self, member_id: UUID) -> list[dict[str, Any]]:
        """The petitions that a member filed or claimed, the newest first, with their own subjects opened."""
        query = sa.select(*_LISTED, _c.sealed).where(_c.member_id == member_id).order_by(_c.filed_at.desc())
        with self._engine.connect() as connection:
            rows = [dict(row) for row in connection.execute(query.limit(OWN_MOST)).mappings()]
        texts = opened(self._sealer, [row["sealed"] for row in rows])
        return [row | {"subject": fields.get("subject")} for row, fields in zip(rows, texts, strict=True)]

    def is_of(self, member_id: UUID, number: str) -> bool:
        """Whether the petition was filed with that member's account, or claimed."""
        query = sa.select(_c.number).where(_c.number == number, _c.member_id == member_id)
        with self._engine.connect() as connection:
            return connection.execute(query).scalar() is not None

    def whole(self, number: str) -> dict[str, Any]:
        """Everything known of a petition that exists, opened. Erased texts read "ลบแล้ว"."""
        with self._engine.connect() as connection:
            found = connection.execute(
                sa.select(TABLE, REOPEN_DAYS).where(_c.number == normal_number(number))
            ).mappings()
            row = dict(found.one())
        history = sorted([*row["timeline"], *row["internal_timeline"]], key=lambda entry: entry["position"])
        parts = [row, *(each for each in (*history, *row["attachments"], *row["survey_answers"]) if "sealed" in each)]
        texts = opened(self._sealer, [part["sealed"] for part in parts])
        for part, fields in zip(parts, texts, strict=True):
            part |= _shown(fields)
        internal = {entry["position"] for entry in row["internal_timeline"]}
        return row | {"timeline": [entry | {"internal": entry["position"] in internal} for entry in history]}


def _shown(fields: dict[str, Any]) -> dict[str, Any]:
    """An erased person has every field of a person, each erased."""
    erased = [name for name in _SHAPES.keys() & fields.keys() if fields[name] == ERASED]
    return fields | {name: _SHAPES[name].model_validate(ERASED).model_dump() for name in erased}


def _conditions(asked: Filter) -> Iterator[sa.ColumnElement[bool]]:
    yield _c.number.is_not(None)
    exact = {"authority": asked.authority, "category": asked.category, "department": asked.department}
    for name, value in {**exact, "officer": asked.officer}.items():
        if value not in (None, ALL):
            yield _c[name] == value
    if asked.status:
        yield _c.state.in_(asked.status)
    if asked.overdue is not None:
        late = sa.and_(_c.state.in_(OPEN_STATES), _c.due_at < clock.now())
        yield late if asked.overdue else sa.not_(late)
    if asked.reopening_requested is not None:
        yield _c.reopening_requested.is_(asked.reopening_requested)
    if asked.q:
        beginning = normal_number(asked.q)
        yield _c.number.startswith(beginning) if beginning else sa.false()
    if asked.filed_from:
        yield _c.filed_at >= _midnight(asked.filed_from)
    if asked.filed_to:
        yield _c.filed_at < _midnight(asked.filed_to + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), BANGKOK)


def _cursor(row: dict[str, Any], sort: str) -> str:
    place = [sort, row[sort.removeprefix("-")], row["petition_id"]]
    return base64.urlsafe_b64encode(orjson.dumps(place)).decode().rstrip("=")


def _place(cursor: str, sort: str) -> tuple[datetime | str, UUID]:
    try:
        made_for, value, petition_id = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if made_for != sort:
            raise CursorInvalid(sort)
        return (value if sort.endswith("number") else datetime.fromisoformat(value)), UUID(petition_id)
    except (binascii.Error, ValueError, TypeError, AttributeError) as error:
        raise CursorInvalid(sort) from error
