"""One row per authority: whether it invites, for how many days an answer may ask to reopen, and how it texts."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from shared.contracts.authority import AuthorityConfigured
from shared.contracts.envelope import Envelope
from shared.eventlog.upcasting import upcast
from shared.projecting.projection import Row

NAME: Final = "survey_authority"
VERSION: Final = 1
SOURCES: Final = ("intake",)
TABLE: Final = sa.Table(
    "authority",
    sa.MetaData(schema="survey"),
    sa.Column("code", sa.Text(collation="C"), primary_key=True),
    sa.Column("invite", sa.Boolean, nullable=False),
    sa.Column("reopen_days", sa.Integer, nullable=False),
    sa.Column("sms", JSONB, nullable=False, comment="{include_link, link_base, sender}"),
)


def key(envelope: Envelope) -> str | None:
    """The authority's code."""
    return str(envelope.data["code"]) if envelope.type == AuthorityConfigured.TYPE else None


def apply(_row: Row | None, envelope: Envelope) -> Row:
    """The last profile counts. Raises TooNew."""
    told = upcast(AuthorityConfigured, envelope.schemaversion, envelope.data)
    settings = told["settings"]
    return {"code": told["code"], **settings["survey"], "sms": settings["sms"]}
