"""Which petition somebody means who tells its number and the last digits of the petitioner's phone."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any, ClassVar, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from shared.contracts.fact import PERSONAL, Fact
from shared.contracts.petition import Address, Petitioner
from shared.eventlog.sealing import Sealer
from shared.kernel import ids
from shared.kernel.secrets import same
from shared.projecting.sealed import opened

_NOBODY: Final = ids.derived_id("tracking:nobody")
_NO_DIGITS: Final = "----"
_FILLER: Final = "-" * 16


class _Nobody(Fact):
    """Never recorded: what is opened for numbers that do not exist."""

    TYPE: ClassVar[str] = "tracking.nobody"
    subject_id: UUID
    petitioner: Annotated[Petitioner, PERSONAL]


class Finder:
    """Looks into a read model with the columns `petition_id`, `number` and `sealed`, which holds the petitioner."""

    def __init__(self, engine: sa.Engine, sealer: Sealer, table: sa.Table) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")  # single statements: fewer round trips
        self._sealer = sealer
        self._who = _who(table)

    def by_number(self, number: str, phone_last4: str) -> UUID | None:
        """The petition whose petitioner's phone ends like this; None says no more than that nothing fits.

        An unknown number takes the same work as wrong digits: one look-up of a key, one opening, one comparison.
        """
        with self._engine.connect() as connection:
            found = connection.execute(self._who, {"number": number, **self._decoy}).one()
        petition_id: UUID | None = found[0]
        _, event_id, stream, sealed = found
        (clear,) = opened(self._sealer, [{"id": event_id, "stream": stream, "data": {"petitioner": sealed}}])
        petitioner = clear["petitioner"]
        digits = petitioner["phone"][-len(_NO_DIGITS) :] if isinstance(petitioner, dict) else _NO_DIGITS
        fits = same(digits, phone_last4)
        return petition_id if fits else None

    @cached_property
    def _decoy(self) -> dict[str, Any]:
        """Somebody sealed with a key of the keyring."""
        event_id, stream = ids.new_id(), f"nobody-{_NOBODY}"
        address = Address(subdistrict=_FILLER, district=_FILLER, province=_FILLER, postal_code=_NO_DIGITS)
        nobody = Petitioner(given_name=_FILLER, citizen_id=_FILLER, phone=_FILLER, address=address)
        (data,) = self._sealer.seal([(event_id, stream, _Nobody(subject_id=_NOBODY, petitioner=nobody))])
        return {"id": str(event_id), "stream": stream, "petitioner": data["petitioner"]}


def _who(table: sa.Table) -> sa.Select[Any]:
    """Who filed the petition, sealed; a decoy where there is none: one row in any case, of about the same size."""
    asked, sealed = sa.select(sa.literal(1)).subquery("asked"), table.c.sealed
    return sa.select(
        table.c.petition_id,
        sa.func.coalesce(sealed["id"].astext, sa.bindparam("id", type_=sa.Text)),
        sa.func.coalesce(sealed["stream"].astext, sa.bindparam("stream", type_=sa.Text)),
        sa.func.coalesce(sealed["data"]["petitioner"], sa.bindparam("petitioner", type_=JSONB)),
    ).select_from(asked.outerjoin(table, table.c.number == sa.bindparam("number", type_=sa.Text)))
