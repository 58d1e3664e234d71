"""Forgetting the petitioners of a member who was erased: at once, or when the authority need not keep it any more."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa
import stamina
import structlog

from services.intake.authorities import Authorities
from services.intake.case_desk import Case, CaseDesk
from services.intake.filing_desk import stream_of
from services.intake.retaining import ENDS, forget, look_at
from shared.contracts.authority import RetentionSettings
from shared.contracts.fact import Fact
from shared.contracts.ownership import PetitionErased
from shared.contracts.petition_states import OPEN_STATES
from shared.eventlog.conflict import VersionConflict
from shared.eventlog.keyring import Keyring
from shared.eventlog.log import Append, Log, Origin
from shared.kernel import clock
from shared.kernel.crashpoints import crash_here

SYSTEM: Final = "system"
TOGETHER: Final = 100
_MARK: Final = sa.text("INSERT INTO erased_members (member_id) VALUES (:member_id) ON CONFLICT DO NOTHING")
_DUE: Final = sa.text(
    "SELECT number FROM petitions JOIN erased_members USING (member_id)"
    " WHERE NOT erased AND (look_at IS NULL OR look_at <= :now)"
    " AND member_id = coalesce(CAST(:member_id AS uuid), member_id) ORDER BY number LIMIT :most"
)
_ENDED: Final = sa.text("SELECT max(recorded_at) FROM eventlog.facts WHERE stream = :stream AND type = ANY(:types)")
_KEEP: Final = sa.text("UPDATE petitions SET look_at = :look_at WHERE number = :number")
_ERASED: Final = sa.text("UPDATE petitions SET erased = true, petitioner_hash = NULL WHERE number = :number")
_log = structlog.get_logger(__name__)


class Forgetting:
    """Guarantee: `petition.erased` is told once, after the key was destroyed; dead in between, it is done again."""

    def __init__(
        self, engine: sa.Engine, log: Log, cases: CaseDesk, authorities: Authorities, keyring: Keyring
    ) -> None:
        self._engine, self._log, self._keyring = engine, log, keyring
        self._cases, self._authorities = cases, authorities

    def mark(self, member_id: UUID) -> None:
        """From now on whatever is this member's is to be forgotten; again is no error."""
        with self._engine.begin() as transaction:
            transaction.execute(_MARK, {"member_id": member_id})

    def of_member(self, member_id: UUID) -> None:
        """All of the member's petitions that were not looked at yet, one by one."""
        while due := self._due(member_id):
            for number in due:
                self._forget(number)

    def sweep(self) -> int:
        """Those whose time has come, and those that slipped in; how many. What fails is tried in the next round."""
        due = self._due(None)
        for number in due:
            try:
                self._forget(number)
            except Exception as error:  # noqa: BLE001  one that cannot be forgotten now does not hold up the others
                _log.error("petition_not_forgotten", number=number, error=type(error).__name__)
        return len(due)

    def _due(self, member_id: UUID | None) -> list[str]:
        with self._engine.connect() as connection:
            asked = {"now": clock.now(), "member_id": member_id, "most": TOGETHER}
            return list(connection.execute(_DUE, asked).scalars())

    @stamina.retry(on=VersionConflict, attempts=5, wait_initial=0.02, wait_max=0.2)
    def _forget(self, number: str) -> None:
        case, now = self._cases.find(number), clock.now()
        retention = self._authorities.all()[case.petition.authority].settings.retention
        ended_at = self._ended_at(case)
        facts = forget(case.petition, retention, ended_at, now)
        if any(isinstance(fact, PetitionErased) for fact in facts):
            self._keyring.erase(case.petition.subject_id)
            crash_here("intake.key_destroyed")
        self._record(case, facts, retention, ended_at)

    def _record(self, case: Case, facts: list[Fact], retention: RetentionSettings, ended_at: datetime | None) -> None:
        petition = case.petition
        is_erased = petition.erased or any(isinstance(fact, PetitionErased) for fact in facts)
        stream, origin = stream_of(petition.petition_id), Origin(SYSTEM, petition.authority)
        sealed = self._log.seal([Append(stream, case.version, facts, origin)] if facts else [])
        with self._engine.begin() as transaction:
            if is_erased:
                transaction.execute(_ERASED, {"number": petition.number})
            else:
                again = look_at(retention, ended_at, clock.now())
                transaction.execute(_KEEP, {"number": petition.number, "look_at": again})
            if facts:
                self._log.append(transaction, sealed)
        _log.info("petition_forgotten", number=petition.number, erased=is_erased)

    def _ended_at(self, case: Case) -> datetime | None:
        """When it ended; None while the authority still owes something."""
        if case.petition.status in OPEN_STATES:
            return None
        with self._engine.connect() as connection:
            asked = {"stream": stream_of(case.petition.petition_id), "types": list(ENDS)}
            ended_at: datetime | None = connection.execute(_ENDED, asked).scalar()
        return ended_at
