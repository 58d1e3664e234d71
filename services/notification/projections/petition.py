"""One row per petition: where it went, who owns it, and under seal how its petitioner is reached."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from shared.contracts import petition as facts
from shared.contracts.envelope import Envelope
from shared.contracts.petition_deadlines import InformationReminded
from shared.contracts.petition_states import STATE_AFTER
from shared.contracts.registry import FACTS
from shared.eventlog.upcasting import upcast
from shared.projecting.projection import Row, column_names
from shared.projecting.sealed import sealed_part

NAME: Final = "notification_petition"
VERSION: Final = 1
SOURCES: Final = ("intake",)
_CODE: Final = sa.Text(collation="C")
TABLE: Final = sa.Table(
    "petition",
    sa.MetaData(schema="notification"),
    sa.Column("petition_id", sa.Uuid, primary_key=True),
    sa.Column("number", _CODE),
    sa.Column("authority", _CODE),
    sa.Column("subject_id", sa.Uuid),
    sa.Column("department", _CODE),
    sa.Column("department_name", sa.Text),
    sa.Column("moves", JSONB, nullable=False, comment="[[type, fact's id]] of what changed where it stands, in order"),
    sa.Column("sealed", JSONB, comment="petitioner, tracking_code"),
    sa.Index("petition_by_number", "number"),
)
_KEPT_SEALED: Final = ("petitioner", "tracking_code")
_OWNERS: Final = (facts.PetitionAssigned.TYPE, facts.PetitionTransferred.TYPE, facts.PetitionRecategorised.TYPE)
_ASIDE: Final = frozenset({InformationReminded.TYPE, facts.InformationProvided.TYPE})
"""They change no state, and yet whether a question still waits for its answer."""

Change = Callable[[Row, Mapping[str, Any], Envelope], Row]


def key(envelope: Envelope) -> UUID | None:
    """The petition, for facts that change its row."""
    known = envelope.type in _CHANGES or _is_move(envelope.type)
    return UUID(envelope.data["petition_id"]) if known else None


def apply(row: Row | None, envelope: Envelope) -> Row:
    """The row after the fact. Raises TooNew."""
    before = row or _blank(envelope)
    data = upcast(FACTS[envelope.type], envelope.schemaversion, envelope.data)
    moved = [*before["moves"], [envelope.type, str(envelope.id)]] if _is_move(envelope.type) else before["moves"]
    change = _CHANGES.get(envelope.type)
    return {**before, "moves": moved, **(change(before, data, envelope) if change else {})}


def _is_move(fact_type: str) -> bool:
    return fact_type in STATE_AFTER or fact_type in _ASIDE


def _blank(envelope: Envelope) -> Row:
    empty: Row = dict.fromkeys(column_names(TABLE))
    return empty | {"petition_id": UUID(envelope.data["petition_id"]), "moves": []}


def _filed(row: Row, data: Mapping[str, Any], envelope: Envelope) -> Row:
    return {
        "number": data["number"],
        "authority": data["authority"],
        "subject_id": UUID(data["subject_id"]),
        "sealed": sealed_part(envelope, _KEPT_SEALED),
        **_owned(row, data, envelope),
    }


def _owned(_row: Row, data: Mapping[str, Any], _envelope: Envelope) -> Row:
    return {"department": data["department"]["code"], "department_name": data["department"]["name"]}


def _unmerged(row: Row, _data: Mapping[str, Any], _envelope: Envelope) -> Row:
    """As if it had not been merged."""
    apart = [move for move in row["moves"] if move[0] != facts.PetitionMerged.TYPE]
    return {"moves": apart}


_CHANGES: Final[Mapping[str, Change]] = MappingProxyType(
    {
        facts.PetitionFiled.TYPE: _filed,
        **dict.fromkeys(_OWNERS, _owned),
        facts.PetitionUnmerged.TYPE: _unmerged,
    }
)
