"""One row per authority: the names that views show for codes, the sender of its texts, its days for reopening."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from shared.contracts.authority import AuthorityConfigured
from shared.contracts.envelope import Envelope
from shared.eventlog.upcasting import upcast
from shared.projecting.projection import Row

NAME: Final = "authority"
VERSION: Final = 3
SOURCES: Final = ("intake",)
TABLE: Final = sa.Table(
    "authority",
    sa.MetaData(schema="tracking"),
    sa.Column("code", sa.Text(collation="C"), primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("prefix", sa.Text, nullable=False),
    sa.Column("categories", JSONB, nullable=False, comment="[{code, label}]"),
    sa.Column("departments", JSONB, nullable=False, comment="[{code, name}]"),
    sa.Column("sms_sender", sa.Text, nullable=False),
    sa.Column("reopen_days", sa.Integer, nullable=False),
    sa.Column("intake_position", sa.BigInteger, nullable=False),
)


def key(envelope: Envelope) -> str | None:
    """The authority's code."""
    return str(envelope.data["code"]) if envelope.type == AuthorityConfigured.TYPE else None


def apply(_row: Row | None, envelope: Envelope) -> Row:
    """The last profile counts. Raises TooNew."""
    return row_of(upcast(AuthorityConfigured, envelope.schemaversion, envelope.data), envelope.position)


def row_of(told: Mapping[str, Any], position: int) -> Row:
    """The row that a profile makes."""
    return {
        "code": told["code"],
        "name": told["name_th"],
        "prefix": told["prefix"],
        "categories": [category for group in told["category_groups"] for category in _categories(group)],
        "departments": [{"code": each["code"], "name": each["name"]} for each in told["departments"]],
        "sms_sender": told["settings"]["sms"]["sender"],
        "reopen_days": told["settings"]["survey"]["reopen_days"],
        "intake_position": position,
    }


def _categories(group: dict[str, Any]) -> list[dict[str, str]]:
    return [{"code": each["code"], "label": f"{group['name']} : {each['name']}"} for each in group["categories"]]
