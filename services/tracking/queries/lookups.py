"""A citizen asks where a petition stands: by number and last digits of the phone, or by tracking code."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from services.tracking.projections.petition_table import TABLE
from services.tracking.queries.policy import REOPEN_DAYS
from services.tracking.views import PUBLIC_COLUMNS, public_view, published
from shared.contracts.fact import ERASED
from shared.eventlog.sealing import Sealer
from shared.kernel import clock, ids
from shared.kernel.secrets import keyed_hash
from shared.projecting.finding import Finder
from shared.projecting.sealed import opened

_PUBLIC: Final = [*(TABLE.c[name] for name in PUBLIC_COLUMNS), REOPEN_DAYS]
_NAMES: Final = (*PUBLIC_COLUMNS, REOPEN_DAYS.name)


class Lookups:
    """Answers without personal data; None says no more than that nothing fits."""

    def __init__(self, engine: sa.Engine, sealer: Sealer, pepper: bytes) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")  # single statements: fewer round trips
        self._sealer, self._pepper = sealer, pepper
        self._finder = Finder(engine, sealer, TABLE)

    def by_number(self, number: str, phone_last4: str) -> dict[str, Any] | None:
        """The petition whose petitioner's phone ends like this."""
        petition_id = self._finder.by_number(number, phone_last4)
        return self._view(petition_id) if petition_id else None

    def by_code(self, tracking_code: str) -> dict[str, Any] | None:
        """The petition with this tracking code, with the notes that staff wrote to the petitioner."""
        hashed = keyed_hash(self._pepper, ids.normal_tracking_code(tracking_code))
        with self._engine.connect() as connection:
            found = connection.execute(sa.select(*_PUBLIC).where(TABLE.c.tracking_code_hash == hashed)).first()
        if found is None:
            return None
        row = dict(zip(_NAMES, found, strict=True))
        notes = [entry for entry in row["timeline"] if entry["type"] == "petition.note_added"]
        photos = published(row)
        texts = opened(self._sealer, [part["sealed"] for part in (*notes, *photos)]) if notes or photos else []
        shown = {entry["position"]: text["text"] for entry, text in zip(notes, texts, strict=False)}
        names = [text["filename"] for text in texts[len(notes) :]]
        row["attachments"] = [photo for photo, name in zip(photos, names, strict=True) if name != ERASED]
        return public_view(row, clock.now(), shown)

    def _view(self, petition_id: UUID) -> dict[str, Any]:
        with self._engine.connect() as connection:
            found = connection.execute(sa.select(*_PUBLIC).where(TABLE.c.petition_id == petition_id)).one()
        return public_view(dict(zip(_NAMES, found, strict=True)), clock.now())
