"""One row per petition: what the timekeeper looks for. It is a list of work; whether there is any, the facts decide."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from services.intake.petition import DueStage
from shared.contracts.envelope import Envelope
from shared.contracts.petition_states import OPEN_STATES, STATE_AFTER, PetitionState
from shared.contracts.registry import FACTS
from shared.eventlog.upcasting import upcast
from shared.projecting.projection import Row

NAME: Final = "intake_deadline"
VERSION: Final = 2
SOURCES: Final = ("intake",)
_MOMENT: Final = sa.DateTime(timezone=True)
TABLE: Final = sa.Table(
    "deadline",
    sa.MetaData(schema="intake"),
    sa.Column("petition_id", sa.Uuid, primary_key=True),
    sa.Column("number", sa.Text(collation="C"), nullable=False),
    sa.Column("authority", sa.Text(collation="C"), nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("due_at", _MOMENT, nullable=False),
    sa.Column("told", sa.SmallInteger, nullable=False, comment="0 nothing, 1 soon, 2 overdue, 3 escalated"),
    sa.Column("running", sa.Boolean, nullable=False, comment="open, and the petitioner is not waited for"),
    sa.Column("asked_at", _MOMENT, comment="the question that waits for an answer"),
    sa.Column("reminded", sa.Boolean, nullable=False),
    sa.Column("merged_into", sa.Uuid, comment="also when it has ended with that one"),
    sa.Index("deadline_running", "authority", "told", "due_at", postgresql_where=sa.text("running AND told < 3")),
    sa.Index("deadline_asked", "authority", "asked_at", postgresql_where=sa.text("asked_at IS NOT NULL")),
    sa.Index("deadline_merged", "merged_into", postgresql_where=sa.text("merged_into IS NOT NULL")),
)

_TOLD: Final[Mapping[str, DueStage]] = MappingProxyType(
    {
        "petition.due_soon": DueStage.SOON,
        "petition.overdue": DueStage.OVERDUE,
        "petition.escalated": DueStage.ESCALATED,
    }
)
_NOTHING_ASKED: Final[Mapping[str, Any]] = MappingProxyType({"asked_at": None, "reminded": False})


def key(envelope: Envelope) -> UUID | None:
    """The petition."""
    is_known = envelope.type.startswith("petition.") and envelope.type in FACTS
    return UUID(envelope.data["petition_id"]) if is_known else None


def apply(row: Row | None, envelope: Envelope) -> Row:
    """The row after the fact. Raises TooNew."""
    data = upcast(FACTS[envelope.type], envelope.schemaversion, envelope.data)
    before = row or _filed(data)
    state = data.get("restored_status") or STATE_AFTER.get(envelope.type) or before["state"]
    after = {**before, "state": str(state), **_changes(before, envelope.type, data)}
    if state != PetitionState.WAITING_FOR_CITIZEN:
        after |= _NOTHING_ASKED
    return after | {"running": state in OPEN_STATES and after["asked_at"] is None}


def _filed(data: Mapping[str, Any]) -> Row:
    told = {"number": data["number"], "authority": data["authority"], "due_at": _moment(data["due_at"])}
    return {"petition_id": UUID(data["petition_id"]), **told, "told": DueStage.NOTHING.value, "merged_into": None}


def _changes(before: Row, fact: str, data: Mapping[str, Any]) -> Mapping[str, Any]:
    match fact:
        case "petition.due_date_set":
            due_at = _moment(data["due_at"])
            same = due_at == before["due_at"]
            return {"due_at": due_at, "told": before["told"] if same else DueStage.NOTHING.value}
        case "petition.due_soon" | "petition.overdue" | "petition.escalated":
            return {"told": _TOLD[fact].value}
        case "petition.information_requested":
            asked_at = data.get("asked_at")
            return {"asked_at": _moment(asked_at) if asked_at else None, "reminded": False}
        case "petition.information_reminded":
            return {"reminded": True}
        case "petition.information_provided":
            return _NOTHING_ASKED
        case "petition.merged":
            return {"merged_into": UUID(data["into_petition_id"])}
        case "petition.unmerged" | "petition.reopened":
            return {"merged_into": None}
        case _:
            return {}


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
