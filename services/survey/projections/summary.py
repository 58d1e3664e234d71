"""One row per authority and fiscal year of answering: how many answered, and what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from shared.contracts.envelope import Envelope
from shared.contracts.survey import Solved, SurveyAnswered
from shared.eventlog.upcasting import upcast
from shared.projecting.projection import Row

NAME: Final = "survey_summary"
VERSION: Final = 1
SOURCES: Final = ("survey",)
RATINGS: Final = ("1", "2", "3", "4", "5")
TABLE: Final = sa.Table(
    "summary",
    sa.MetaData(schema="survey"),
    sa.Column("key", sa.Text(collation="C"), primary_key=True, comment="<authority>/<fiscal year>"),
    sa.Column("authority", sa.Text, nullable=False),
    sa.Column("fiscal_year", sa.Integer, nullable=False, comment="Buddhist era"),
    sa.Column("answers", sa.Integer, nullable=False),
    sa.Column("by_rating", JSONB, nullable=False, comment="{rating: answers}"),
    sa.Column("solved", JSONB, nullable=False, comment="{yes, partly, no: answers}"),
    sa.Column("reopen_requests", sa.Integer, nullable=False),
)


def key_of(authority: str, fiscal_year: int) -> str:
    """The key of a row."""
    return f"{authority}/{fiscal_year}"


def key(envelope: Envelope) -> str | None:
    """Authority and fiscal year of an answer."""
    data = envelope.data
    return key_of(data["authority"], data["fiscal_year"]) if envelope.type == SurveyAnswered.TYPE else None


def apply(row: Row | None, envelope: Envelope) -> Row:
    """One answer more. Raises TooNew."""
    data = upcast(SurveyAnswered, envelope.schemaversion, envelope.data)
    before = row or blank(data["authority"], data["fiscal_year"])
    return {
        **before,
        "answers": before["answers"] + 1,
        "by_rating": _one_more(before["by_rating"], str(data["rating"])),
        "solved": _one_more(before["solved"], data["solved"]) if data["solved"] else before["solved"],
        "reopen_requests": before["reopen_requests"] + data["reopen"],
    }


def blank(authority: str, fiscal_year: int) -> Row:
    """The row of a year in which nobody has answered."""
    return {
        "key": key_of(authority, fiscal_year),
        "authority": authority,
        "fiscal_year": fiscal_year,
        "answers": 0,
        "by_rating": dict.fromkeys(RATINGS, 0),
        "solved": dict.fromkeys(map(str, Solved), 0),
        "reopen_requests": 0,
    }


def _one_more(counts: Mapping[str, int], name: str) -> dict[str, Any]:
    return {**counts, name: counts[name] + 1}
