"""A citizen asks where a petition stands: by number and last digits of the phone, or by tracking code."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from services.tracking.projections.petition_table import TABLE
from services.tracking.projections.sealed import sealed_part
from services.tracking.queries.opening import opened
from services.tracking.views import PUBLIC_COLUMNS, public_view
from shared.contracts.envelope import Envelope
from shared.contracts.petition import InformationProvided
from shared.eventlog.sealing import Sealer
from shared.kernel import ids
from shared.kernel.secrets import keyed_hash, same

_PUBLIC: Final = [TABLE.c[name] for name in PUBLIC_COLUMNS]
_SEALED: Final = TABLE.c.sealed
_LOCK: Final = sa.select(
    TABLE.c.petition_id, _SEALED["id"].astext, _SEALED["stream"].astext, _SEALED["data"]["petitioner"]
)
_NOBODY: Final = ids.derived_id("tracking:nobody")
_NO_PHONE: Final = "----"
_DECOY_TEXT: Final = "-" * 300
"""About as long as what tells of a petitioner."""


class Lookups:
    """Answers without personal data; None says no more than that nothing fits."""

    def __init__(self, engine: sa.Engine, sealer: Sealer, pepper: bytes) -> None:
        self._engine, self._sealer, self._pepper = engine, sealer, pepper

    def by_number(self, number: str, phone_last4: str) -> dict[str, Any] | None:
        """The petition whose petitioner's phone ends like this.

        An unknown number takes the same work as wrong digits: one look-up of a key, one opening, one comparison.
        """
        with self._engine.connect() as connection:
            found = connection.execute(_LOCK.where(TABLE.c.number == number)).first()
        petition_id, part = (found[0], _part(*found[1:])) if found else (None, self._decoy)
        petitioner = opened(self._sealer, [part])[0].get("petitioner")
        phone = petitioner["phone"] if isinstance(petitioner, dict) else _NO_PHONE
        fits = same(phone[-4:], phone_last4)
        return self._view(petition_id) if fits and petition_id else None

    def by_code(self, tracking_code: str) -> dict[str, Any] | None:
        """The petition with this tracking code, with the notes that staff wrote to the petitioner."""
        hashed = keyed_hash(self._pepper, ids.normal_tracking_code(tracking_code))
        with self._engine.connect() as connection:
            found = connection.execute(sa.select(*_PUBLIC).where(TABLE.c.tracking_code_hash == hashed)).first()
        if found is None:
            return None
        row = dict(zip(PUBLIC_COLUMNS, found, strict=True))
        notes = [entry for entry in row["timeline"] if entry["type"] == "petition.note_added"]
        texts = opened(self._sealer, [entry["sealed"] for entry in notes]) if notes else []
        return public_view(row, {entry["position"]: text["text"] for entry, text in zip(notes, texts, strict=True)})

    def _view(self, petition_id: UUID) -> dict[str, Any]:
        with self._engine.connect() as connection:
            found = connection.execute(sa.select(*_PUBLIC).where(TABLE.c.petition_id == petition_id)).one()
        return public_view(dict(zip(PUBLIC_COLUMNS, found, strict=True)))

    @cached_property
    def _decoy(self) -> dict[str, Any]:
        """Something sealed with a key of the keyring, for numbers that do not exist."""
        event_id, stream = ids.new_id(), f"decoy-{_NOBODY}"
        fact = InformationProvided(petition_id=_NOBODY, number="", authority="", subject_id=_NOBODY, text=_DECOY_TEXT)
        (data,) = self._sealer.seal([(event_id, stream, fact)])
        known: dict[str, Any] = {"id": event_id, "subject": stream, "data": data}
        return sealed_part(Envelope.model_construct(**known), ("text",))


def _part(event_id: str, stream: str, petitioner: Any) -> dict[str, Any]:
    return {"id": event_id, "stream": stream, "data": {"petitioner": petitioner}}
