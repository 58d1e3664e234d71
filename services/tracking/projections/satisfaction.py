"""One row per authority and fiscal year of answering: how satisfied people are."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from shared.contracts.envelope import Envelope
from shared.contracts.survey import Solved, SurveyAnswered
from shared.eventlog.upcasting import upcast
from shared.projecting.projection import Row

NAME: Final = "satisfaction"
VERSION: Final = 1
SOURCES: Final = ("survey",)
TABLE: Final = sa.Table(
    "satisfaction",
    sa.MetaData(schema="tracking"),
    sa.Column("key", sa.Text(collation="C"), primary_key=True, comment="<authority>/<fiscal year>"),
    sa.Column("answers", sa.Integer, nullable=False),
    sa.Column("points", sa.Integer, nullable=False, comment="the sum of the ratings"),
    sa.Column("of_petitions", sa.Integer, nullable=False, comment="answers that tell whether it was solved"),
    sa.Column("solved", sa.Integer, nullable=False, comment="answers that it was, wholly"),
)
_NOBODY: Final = {"answers": 0, "points": 0, "of_petitions": 0, "solved": 0}


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
    before = row or {"key": key(envelope), **_NOBODY}
    return {
        **before,
        "answers": before["answers"] + 1,
        "points": before["points"] + data["rating"],
        "of_petitions": before["of_petitions"] + (data["solved"] is not None),
        "solved": before["solved"] + (data["solved"] == Solved.YES),
    }
