"""Claiming: a member who holds the phone on file of petitions with their citizen number is their petitioner."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import sqlalchemy as sa
import stamina

from services.intake.case_desk import CaseDesk
from services.intake.claiming import claim, petitioner_hash
from services.intake.filing_desk import stream_of
from shared.eventlog.conflict import VersionConflict
from shared.eventlog.log import Append, Log, Origin
from shared.kernel.crashpoints import crash_here
from shared.kernel.secrets import same

_NEWEST: Final = sa.text(
    "SELECT number FROM petitions WHERE petitioner_hash = :hash AND member_id IS NULL ORDER BY petition_id DESC LIMIT 1"
)
_HASH: Final = sa.text("SELECT petitioner_hash FROM petitions WHERE number = :number")
_ALL: Final = sa.text(
    "SELECT number FROM petitions WHERE petitioner_hash = :hash AND member_id IS NULL ORDER BY petition_id"
)
_CLAIM: Final = sa.text("UPDATE petitions SET member_id = :member_id WHERE number = :number AND member_id IS NULL")


class NotThePetitioner(Exception):
    """The petition whose phone was proven was filed by somebody else, or with another phone."""


class Claims:
    """Guarantee: a petition has one member at most. Again, or dead in the middle: what is left is claimed."""

    def __init__(self, engine: sa.Engine, log: Log, cases: CaseDesk, pepper: bytes) -> None:
        self._engine, self._log, self._cases, self._pepper = engine, log, cases, pepper

    def newest(self, citizen_id: str, phone: str) -> str | None:
        """The number of the latest petition that was filed with both and is nobody's yet."""
        hashed = petitioner_hash(self._pepper, citizen_id, phone)
        with self._engine.connect() as connection:
            return connection.execute(_NEWEST, {"hash": hashed}).scalar()

    def claim(self, member_id: UUID, citizen_id: str, phone: str, proven: str, correlation: UUID) -> list[str]:
        """The numbers of the petitions that are the member's now. `proven` is the petition on whose phone a code was
        read. Raises NotThePetitioner."""
        hashed = petitioner_hash(self._pepper, citizen_id, phone)
        with self._engine.connect() as connection:
            on_file = connection.execute(_HASH, {"number": proven}).scalar()
            numbers = list(connection.execute(_ALL, {"hash": hashed}).scalars())
        if not same(on_file or "", hashed):
            raise NotThePetitioner(proven)
        claimed = []
        for number in numbers:
            if self._claimed(number, member_id, correlation):
                claimed.append(number)
            crash_here("intake.claimed")
        return claimed

    @stamina.retry(on=VersionConflict, attempts=5, wait_initial=0.02, wait_max=0.2)
    def _claimed(self, number: str, member_id: UUID, correlation: UUID) -> bool:
        case = self._cases.find(number)
        facts = claim(case.petition, member_id)
        if not facts:
            return False
        origin = Origin(f"member:{member_id}", case.petition.authority, correlation)
        sealed = self._log.seal([Append(stream_of(case.petition.petition_id), case.version, facts, origin)])
        with self._engine.begin() as transaction:
            transaction.execute(_CLAIM, {"number": number, "member_id": member_id})
            self._log.append(transaction, sealed)
        return True
