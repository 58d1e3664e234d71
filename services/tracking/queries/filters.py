"""Which petitions staff ask for, as conditions on the read model."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR

from services.tracking.projections.petition_table import TABLE
from services.tracking.search.tokens import Tokens
from shared.contracts.petition_states import OPEN_STATES
from shared.kernel import clock
from shared.kernel.numbers import normal_number
from shared.kernel.thai import BANGKOK

ALL: Final = "*"
WORDS: Final = sa.table(
    "petition_words",
    sa.column("petition_id", sa.Uuid),
    sa.column("words", TSVECTOR),
    sa.column("names", TSVECTOR),
    sa.column("phone", sa.Text),
    schema="tracking",
)
_c = TABLE.c
_NUMBER: Final = re.compile("[A-Z]{1,6}[0-9]+|[A-Z]{2}")
"""The beginning of a petition number: the authority's letters, and digits."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What to list. `authority` is a code, or `*` for all; days are those of Thailand, both included. `q` is the
    beginning of a petition number, or words that are all in what the petitioner wrote. `unassigned`: open, nobody's."""

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
    unassigned: bool | None = None
    sort: str = "-filed_at"


def conditions(asked: Filter, tokens: Tokens) -> Iterator[sa.ColumnElement[bool]]:
    """All of them hold for what is asked for. A petition that was not filed yet has no authority either."""
    if asked.authority == ALL:
        yield _c.number.is_not(None)
    exact = {"authority": asked.authority, "category": asked.category, "department": asked.department}
    for name, value in {**exact, "officer": asked.officer}.items():
        if value not in (None, ALL):
            yield _c[name] == value
    if asked.status:
        yield _c.state.in_(asked.status)
    if asked.overdue is not None:
        yield late() if asked.overdue else sa.not_(late())
    if asked.reopening_requested is not None:
        yield _c.reopening_requested.is_(asked.reopening_requested)
    if asked.unassigned is not None:
        yield waiting() if asked.unassigned else sa.not_(waiting())
    if asked.q:
        yield _found(asked.q, tokens)
    if asked.filed_from:
        yield _c.filed_at >= _midnight(asked.filed_from)
    if asked.filed_to:
        yield _c.filed_at < _midnight(asked.filed_to + timedelta(days=1))


def late() -> sa.ColumnElement[bool]:
    """Whether the authority still owes something whose day has passed, and does not wait for the petitioner."""
    return sa.and_(_c.state.in_(OPEN_STATES), _c.due_at < clock.now(), _c.waiting_since.is_(None))


def waiting() -> sa.ColumnElement[bool]:
    """Whether it is open, and no officer has it yet."""
    return sa.and_(_c.officer.is_(None), _c.state.in_(OPEN_STATES))


def having(column: sa.ColumnClause[str], wanted: Sequence[str]) -> sa.ColumnElement[bool]:
    """Whether what the petitioner wrote, or is called, has all of these tokens; false for none."""
    if not wanted:
        return sa.false()
    query = sa.cast(" & ".join(f"'{token}'" for token in wanted), TSQUERY)
    return _c.petition_id.in_(sa.select(WORDS.c.petition_id).where(column.bool_op("@@")(query)))


def _found(q: str, tokens: Tokens) -> sa.ColumnElement[bool]:
    number = normal_number(q)
    if _NUMBER.fullmatch(number) and len(number) == len(re.sub(r"[\s/-]", "", q)):
        return _c.number.startswith(number)
    return having(WORDS.c.words, tokens.of_text(q))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), BANGKOK)
