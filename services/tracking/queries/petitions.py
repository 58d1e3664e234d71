"""The queue of staff: filtered, sorted, page by page; and one petition with everything that is known of it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any, Final
from uuid import UUID

import orjson
import sqlalchemy as sa
from pydantic import BaseModel

from services.tracking.projections.petition_table import PETITIONER, TABLE
from services.tracking.queries.filters import WORDS, Filter, conditions, having, late, waiting
from services.tracking.queries.policy import REOPEN_DAYS
from services.tracking.search.tokens import Tokens
from shared.contracts.fact import ERASED
from shared.contracts.petition import Petitioner, Place
from shared.eventlog.sealing import Sealer
from shared.kernel.numbers import normal_number
from shared.projecting.sealed import opened

_c = TABLE.c
SORTS: Final = {"filed_at": _c.filed_at, "due_at": _c.due_at, "number": _c.number}
_WHOSE: Final = sa.select(_c.petition_id, _c.number, _c.authority, _c.department, PETITIONER.label("subject")).where(
    _c.number == sa.bindparam("number")
)
_LISTED: Final = (
    _c.petition_id, _c.number, _c.authority, _c.state, _c.outcome, _c.category, _c.category_label, _c.department,
    _c.department_name, _c.officer, _c.officer_name, _c.filed_at, _c.due_at, _c.waiting_since, _c.accepted_at,
    _c.resolved_at, _c.closed_at, _c.channel, _c.latitude, _c.longitude, _c.version, _c.reopening_requested,
)  # fmt: skip
_EXPORTED_TOGETHER: Final = 500
FOUND_MOST: Final = 100
OWN_MOST: Final = 500
"""Nobody reads a longer list of their own."""
_SHAPES: Final[dict[str, type[BaseModel]]] = {"petitioner": Petitioner, "place": Place}


class CursorInvalid(ValueError):
    """The cursor was not made by this list, or for another sort."""


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

    def __init__(self, engine: sa.Engine, sealer: Sealer, tokens: Tokens) -> None:
        self._engine, self._sealer, self._tokens = engine, sealer, tokens

    def page(self, asked: Filter, limit: int, cursor: str | None = None, more: Sequence[sa.Column[Any]] = ()) -> Page:
        """At most `limit` rows after the cursor. Rows that come meanwhile neither repeat nor hide others. Which ones is
        found in an index alone, wherever it begins.

        Raises CursorInvalid.
        """
        column, descending = SORTS[asked.sort.removeprefix("-")], asked.sort.startswith("-")
        which = sa.select(column.label("place"), _c.petition_id).where(*conditions(asked, self._tokens))
        if cursor:
            place = sa.tuple_(*_place(cursor, asked.sort), types=[column.type, _c.petition_id.type])
            here = sa.tuple_(column, _c.petition_id)
            which = which.where(here < place if descending else here > place)
        wanted = which.order_by(*_ordered((column, _c.petition_id), descending)).limit(limit + 1).subquery("wanted")
        query = sa.select(*_LISTED, *more).join(wanted, wanted.c.petition_id == _c.petition_id)
        with self._engine.connect() as connection:
            found = connection.execute(query.order_by(*_ordered(wanted.c, descending)))
            rows = [dict(row) for row in found.mappings()]
        return Page(rows[:limit], _cursor(rows[limit - 1], asked.sort) if len(rows) > limit else None)

    def counts(self, asked: Filter, officer: str) -> dict[str, Any]:
        """How many there are, in all and by what a queue is divided by; `officer` is who asks."""
        query = _counted(officer).where(*conditions(asked, self._tokens)).group_by(_c.state)
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        sums = [sum(row[place] for row in rows) for place in range(1, 6)]
        named = dict(zip(("all", "overdue", "mine", "unassigned", "reopening_requested"), sums, strict=True))
        return {**named, "by_status": {row[0]: row[1] for row in rows}}

    def of_person(self, asked: Filter, kind: str, wanted: Sequence[str]) -> list[dict[str, Any]]:
        """The newest petitions, at most `FOUND_MOST`, of whoever has this phone, or all these names."""
        person = _PERSON[kind]
        query = sa.select(*_LISTED).where(*conditions(asked, self._tokens), person(wanted)).order_by(_c.filed_at.desc())
        with self._engine.connect() as connection:
            return [dict(row) for row in connection.execute(query.limit(FOUND_MOST)).mappings()]

    def every(self, asked: Filter, *more: sa.Column[Any]) -> Iterator[dict[str, Any]]:
        """All rows, oldest first, in short transactions; `more` columns than those of the list."""
        oldest_first, cursor = replace(asked, sort="filed_at"), None
        while True:
            page = self.page(oldest_first, _EXPORTED_TOGETHER, cursor, more)
            yield from page.rows
            cursor = page.following
            if cursor is None:
                return

    def every_opened(self, asked: Filter) -> Iterator[dict[str, Any]]:
        """The same with the petitioner and the texts, opened a page at a time. Erased ones read "ลบแล้ว"."""
        rows = self.every(asked, _c.sealed)
        while together := list(islice(rows, _EXPORTED_TOGETHER)):
            texts = opened(self._sealer, [row["sealed"] for row in together])
            yield from (row | _shown(fields) for row, fields in zip(together, texts, strict=True))

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


def _ordered(columns: Iterable[sa.ColumnElement[Any]], descending: bool) -> list[sa.UnaryExpression[Any]]:
    return [each.desc() if descending else each.asc() for each in columns]


def _of_phone(wanted: Sequence[str]) -> sa.ColumnElement[bool]:
    return _c.petition_id.in_(sa.select(WORDS.c.petition_id).where(WORDS.c.phone.in_(wanted)))


def _of_name(wanted: Sequence[str]) -> sa.ColumnElement[bool]:
    return having(WORDS.c.names, wanted)


_PERSON: Final = {"phone": _of_phone, "name": _of_name}


def _counted(officer: str) -> sa.Select[Any]:
    """State, all, overdue, mine, unassigned, with a wish to be reopened."""
    which = (late(), _c.officer == officer, waiting(), _c.reopening_requested)
    return sa.select(_c.state, sa.func.count(), *(sa.func.count().filter(each) for each in which))


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
