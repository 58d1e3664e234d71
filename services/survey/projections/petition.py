"""One row per petition: whether it has ended and how often, and under seal what finds and reaches the petitioner."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from shared.contracts.envelope import Envelope
from shared.contracts.petition import PetitionFiled, PetitionRejected, PetitionReopened, PetitionResolved
from shared.contracts.petition_states import STATE_AFTER
from shared.contracts.registry import FACTS
from shared.eventlog.upcasting import upcast
from shared.projecting.projection import Row, column_names
from shared.projecting.sealed import sealed_part

NAME: Final = "survey_petition"
VERSION: Final = 1
SOURCES: Final = ("intake",)
_CODE: Final = sa.Text(collation="C")
TABLE: Final = sa.Table(
    "petition",
    sa.MetaData(schema="survey"),
    sa.Column("petition_id", sa.Uuid, primary_key=True),
    sa.Column("number", _CODE),
    sa.Column("authority", _CODE),
    sa.Column("subject_id", sa.Uuid),
    sa.Column("state", sa.Text),
    sa.Column("resolutions", JSONB, nullable=False, comment="the fact's id of each end, resolved or rejected"),
    sa.Column("ended_at", sa.DateTime(timezone=True), comment="resolved or rejected, and not reopened since"),
    sa.Column("tracking_code_hash", _CODE),
    sa.Column("sealed", JSONB, comment="petitioner, tracking_code, tracking_url"),
    sa.Index("petition_by_number", "number"),
    sa.Index("petition_by_code", "tracking_code_hash"),
)
_KEPT_SEALED: Final = ("petitioner", "tracking_code", "tracking_url")
_UNMERGED: Final = "petition.unmerged"

Change = Callable[[Row, Envelope], Row]


def key(envelope: Envelope) -> UUID | None:
    """The petition, for facts that change its state."""
    moves = envelope.type in STATE_AFTER or envelope.type == _UNMERGED
    return UUID(envelope.data["petition_id"]) if moves else None


def apply(row: Row | None, envelope: Envelope) -> Row:
    """The row after the fact. Raises TooNew."""
    before = row or _blank(envelope)
    data = upcast(FACTS[envelope.type], envelope.schemaversion, envelope.data)
    state = data["restored_status"] if envelope.type == _UNMERGED else STATE_AFTER[envelope.type].value
    change = _CHANGES.get(envelope.type)
    return {**before, "state": state, **(change(before, envelope) if change else {})}


def _blank(envelope: Envelope) -> Row:
    empty: Row = dict.fromkeys(column_names(TABLE))
    return empty | {"petition_id": key(envelope), "resolutions": []}


def _filed(_row: Row, envelope: Envelope) -> Row:
    data = envelope.data
    return {
        **{name: data[name] for name in ("number", "authority", "tracking_code_hash")},
        "subject_id": UUID(data["subject_id"]),
        "sealed": sealed_part(envelope, _KEPT_SEALED),
    }


def _ended(row: Row, envelope: Envelope) -> Row:
    return {"resolutions": [*row["resolutions"], str(envelope.id)], "ended_at": envelope.time}


def _reopened(_row: Row, _envelope: Envelope) -> Row:
    return {"ended_at": None}


_CHANGES: Final[Mapping[str, Change]] = MappingProxyType(
    {
        PetitionFiled.TYPE: _filed,
        PetitionResolved.TYPE: _ended,
        PetitionRejected.TYPE: _ended,
        PetitionReopened.TYPE: _reopened,
    }
)


def resolution_of(row: Mapping[str, Any], fact_id: UUID) -> int | None:
    """Which end of the petition the fact was, counted from 1; None when the row has not seen it."""
    ends: list[str] = row["resolutions"]
    return ends.index(str(fact_id)) + 1 if str(fact_id) in ends else None
