"""To whom a code goes: the petition that somebody named, and the phone on its file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from services.tracking.projections import authority
from services.tracking.projections.petition_table import TABLE
from shared.contracts.fact import ERASED
from shared.eventlog.sealing import Sealer
from shared.kernel import ids
from shared.kernel.secrets import keyed_hash
from shared.projecting.sealed import opened

_c = TABLE.c
_OPEN: Final = sa.select(_c.petition_id).where(_c.retained.is_not(True))
"""What is kept though its petitioner asked to be forgotten opens for the authority's staff alone."""
_BY_NUMBER: Final = _OPEN.where(_c.number == sa.bindparam("number"))
_BY_CODE: Final = _OPEN.where(_c.tracking_code_hash == sa.bindparam("hashed"))
_WHO: Final = (
    sa.select(_c.number, _c.authority, _c.sealed, authority.TABLE.c.sms_sender)
    .join(authority.TABLE, authority.TABLE.c.code == _c.authority)
    .where(_c.petition_id == sa.bindparam("petition_id"))
)
_NUMBER: Final = sa.select(_c.number).where(_c.petition_id == sa.bindparam("petition_id"))


@dataclass(frozen=True, slots=True)
class Addressee:
    """The petitioner of a petition. `phone` is E.164, or says that the person was erased."""

    number: str
    authority: str
    subject_id: UUID
    phone: str = field(repr=False)
    sender: str


class Addressees:
    """Finding is one look-up, the same whether or not there is such a petition; opening comes after the answer."""

    def __init__(self, engine: sa.Engine, sealer: Sealer, pepper: bytes) -> None:
        self._engine, self._sealer, self._pepper = engine, sealer, pepper

    def by_number(self, number: str) -> UUID | None:
        """The petition with this number, in its normal form."""
        with self._engine.connect() as connection:
            return connection.execute(_BY_NUMBER, {"number": number}).scalar()

    def by_code(self, tracking_code: str) -> UUID | None:
        """The petition with this tracking code."""
        hashed = keyed_hash(self._pepper, ids.normal_tracking_code(tracking_code))
        with self._engine.connect() as connection:
            return connection.execute(_BY_CODE, {"hashed": hashed}).scalar()

    def number_of(self, petition_id: UUID) -> str:
        """The number of a petition that exists."""
        with self._engine.connect() as connection:
            return str(connection.execute(_NUMBER, {"petition_id": petition_id}).scalar_one())

    def of(self, petition_id: UUID) -> Addressee:
        """Who filed a petition that exists, opened."""
        with self._engine.connect() as connection:
            found = connection.execute(_WHO, {"petition_id": petition_id}).one()
        (clear,) = opened(self._sealer, [found.sealed])
        person, subject = clear["petitioner"], UUID(found.sealed["data"]["petitioner"]["sub"])
        phone = ERASED if person == ERASED else person["phone"]
        return Addressee(found.number, found.authority, subject, phone, found.sms_sender)
