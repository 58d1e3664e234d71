"""A citizen asks where a petition stands: by number and last digits of the phone, or by tracking code."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any, ClassVar, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from services.tracking.projections.petition_table import TABLE
from services.tracking.queries.opening import opened
from services.tracking.views import PUBLIC_COLUMNS, public_view
from shared.contracts.fact import PERSONAL, Fact
from shared.contracts.petition import Address, Petitioner
from shared.eventlog.sealing import Sealer
from shared.kernel import clock, ids
from shared.kernel.secrets import keyed_hash, same

_PUBLIC: Final = [TABLE.c[name] for name in PUBLIC_COLUMNS]
_SEALED: Final = TABLE.c.sealed
_NOBODY: Final = ids.derived_id("tracking:nobody")
_NO_DIGITS: Final = "----"
_FILLER: Final = "-" * 16

_asked: Final = sa.select(sa.literal(1)).subquery("asked")
_WHO: Final = sa.select(
    TABLE.c.petition_id,
    sa.func.coalesce(_SEALED["id"].astext, sa.bindparam("id", type_=sa.Text)),
    sa.func.coalesce(_SEALED["stream"].astext, sa.bindparam("stream", type_=sa.Text)),
    sa.func.coalesce(_SEALED["data"]["petitioner"], sa.bindparam("petitioner", type_=JSONB)),
).select_from(_asked.outerjoin(TABLE, TABLE.c.number == sa.bindparam("number", type_=sa.Text)))
"""Who filed the petition, sealed; a decoy where there is none: one row in any case, of about the same size."""


class _Nobody(Fact):
    """Never recorded: what is opened for numbers that do not exist."""

    TYPE: ClassVar[str] = "tracking.nobody"
    subject_id: UUID
    petitioner: Annotated[Petitioner, PERSONAL]


class Lookups:
    """Answers without personal data; None says no more than that nothing fits."""

    def __init__(self, engine: sa.Engine, sealer: Sealer, pepper: bytes) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")  # single statements: fewer round trips
        self._sealer, self._pepper = sealer, pepper

    def by_number(self, number: str, phone_last4: str) -> dict[str, Any] | None:
        """The petition whose petitioner's phone ends like this.

        An unknown number takes the same work as wrong digits: one look-up of a key, one opening, one comparison.
        """
        with self._engine.connect() as connection:
            found = connection.execute(_WHO, {"number": number, **self._decoy}).one()
        petition_id, event_id, stream, sealed = found
        (clear,) = opened(self._sealer, [{"id": event_id, "stream": stream, "data": {"petitioner": sealed}}])
        petitioner = clear["petitioner"]
        digits = petitioner["phone"][-len(_NO_DIGITS) :] if isinstance(petitioner, dict) else _NO_DIGITS
        fits = same(digits, phone_last4)
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
        shown = {entry["position"]: text["text"] for entry, text in zip(notes, texts, strict=True)}
        return public_view(row, clock.now(), shown)

    def _view(self, petition_id: UUID) -> dict[str, Any]:
        with self._engine.connect() as connection:
            found = connection.execute(sa.select(*_PUBLIC).where(TABLE.c.petition_id == petition_id)).one()
        return public_view(dict(zip(PUBLIC_COLUMNS, found, strict=True)), clock.now())

    @cached_property
    def _decoy(self) -> dict[str, Any]:
        """Somebody sealed with a key of the keyring."""
        event_id, stream = ids.new_id(), f"nobody-{_NOBODY}"
        address = Address(subdistrict=_FILLER, district=_FILLER, province=_FILLER, postal_code=_NO_DIGITS)
        nobody = Petitioner(given_name=_FILLER, citizen_id=_FILLER, phone=_FILLER, address=address)
        (data,) = self._sealer.seal([(event_id, stream, _Nobody(subject_id=_NOBODY, petitioner=nobody))])
        return {"id": str(event_id), "stream": stream, "petitioner": data["petitioner"]}
