"""One row per authority: how, when and about what it texts."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from shared.contracts.authority import AuthorityConfigured
from shared.contracts.envelope import Envelope
from shared.eventlog.upcasting import upcast
from shared.projecting.projection import Row

NAME: Final = "notification_authority"
VERSION: Final = 1
SOURCES: Final = ("intake",)
TABLE: Final = sa.Table(
    "authority",
    sa.MetaData(schema="notification"),
    sa.Column("code", sa.Text(collation="C"), primary_key=True),
    sa.Column("sms", JSONB, nullable=False, comment="{include_link, link_base, sender}"),
    sa.Column("texts", JSONB, nullable=False, comment="{quiet_from, quiet_until, on}; empty: the usual ones"),
    sa.Column("invites", sa.Boolean, nullable=False, comment="whether petitioners are asked how it went"),
    sa.Column("phone", sa.Text, nullable=False),
    sa.Column("phones", JSONB, nullable=False, comment="{department: phone}, of those that have one"),
)


def key(envelope: Envelope) -> str | None:
    """The authority's code."""
    return str(envelope.data["code"]) if envelope.type == AuthorityConfigured.TYPE else None


def apply(_row: Row | None, envelope: Envelope) -> Row:
    """The last profile counts. Raises TooNew."""
    told = upcast(AuthorityConfigured, envelope.schemaversion, envelope.data)
    settings = told["settings"]
    return {
        "code": told["code"],
        "sms": settings["sms"],
        "texts": settings.get("texts", {}),
        "invites": settings["survey"]["invite"],
        "phone": told["phone"],
        "phones": {each["code"]: each["phone"] for each in told["departments"] if each.get("phone")},
    }
