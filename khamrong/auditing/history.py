"""All facts about one petition, from every log, up to a moment."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa

from khamrong.auditing.logs import engines
from services.tracking.projections import petition
from services.tracking.views import public_view
from shared.contracts.authority import AuthorityConfigured
from shared.contracts.envelope import Envelope
from shared.eventlog.keyring import MemoryKeyring
from shared.eventlog.log import Log
from shared.eventlog.sealing import Sealer
from shared.kernel import clock

_POSITIONS: Final = sa.text(
    "SELECT position FROM eventlog.facts WHERE data ->> :name = :value AND recorded_at <= :at ORDER BY position"
)
_OWN: Final = "intake"
_LOOKED: Final = "tracking"
"""Its log tells who of the staff looked at the petitioner."""


@dataclass(frozen=True, slots=True)
class History:
    """What was known of a petition at a moment: its facts in the order of recording, and its authority's setting."""

    number: str
    at: datetime
    envelopes: list[Envelope]
    reopen_days: int

    @property
    def row(self) -> dict[str, Any]:
        """The fold of the facts: the row that tracking had then."""
        row: dict[str, Any] | None = None
        for envelope in self.envelopes:
            if envelope.service in petition.SOURCES:
                row = petition.apply(row, envelope)
        assert row is not None
        return row

    def view_json(self) -> str:
        """What tracking answered then."""
        return json.dumps(
            public_view(self.row | {"reopen_days": self.reopen_days}, min(self.at, clock.now())),
            ensure_ascii=False,
            default=str,
        )


def history_of(number: str, at: datetime | None) -> History | None:
    """The petition's history; None when it was not filed by then."""
    moment = _aware(at) if at else datetime.max.replace(tzinfo=UTC)
    found = [
        envelope for service in (*petition.SOURCES, _LOOKED) for envelope in _facts(service, "number", number, moment)
    ]
    filed = next((envelope for envelope in found if envelope.type == "petition.filed"), None)
    if filed is None:
        return None
    told = _facts(_OWN, "code", filed.authority, moment)
    profile = [envelope for envelope in told if envelope.type == AuthorityConfigured.TYPE][-1].data
    ordered = sorted(found, key=lambda envelope: envelope.time)
    return History(number, moment, ordered, profile["settings"]["survey"]["reopen_days"])


def _facts(service: str, name: str, value: str, moment: datetime) -> list[Envelope]:
    """The log is searched whole: an auditor's question, not a citizen's."""
    log = Log(service, Sealer(MemoryKeyring()))
    with engines([service])[service].connect() as connection:
        positions = connection.execute(_POSITIONS, {"name": name, "value": value, "at": moment}).scalars().all()
        return [log.read_after(connection, position - 1, 1)[0] for position in positions]


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
