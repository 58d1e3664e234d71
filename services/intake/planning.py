"""Changes of an authority that take effect later, and the history of all changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

import sqlalchemy as sa

from services.intake.authorities import (
    Authorities,
    require_free_prefix,
    require_version,
    standing,
    stream_of,
)
from services.intake.authority_changes import Change, changes, laid_onto
from services.intake.case_desk import SYSTEM
from shared.contracts.authority import AuthorityChangePlanned, AuthorityConfigured, AuthorityPlanCancelled
from shared.contracts.envelope import Envelope
from shared.eventlog.log import Log, Origin
from shared.eventlog.reading import Reader

_PLAN: Final = sa.text(
    "INSERT INTO planned_changes (code, version, correlation_id, effective_from, profile, base)"
    " VALUES (:code, :version, :correlation_id, :effective_from, CAST(:profile AS jsonb), CAST(:base AS jsonb))"
)
_PLANNED: Final = sa.text(
    "SELECT version, effective_from FROM planned_changes WHERE code = :code ORDER BY effective_from, version"
)
_DUE: Final = sa.text(
    "SELECT code, version FROM planned_changes WHERE effective_from <= :now ORDER BY effective_from, version"
)
_TAKE: Final = sa.text(
    "DELETE FROM planned_changes WHERE code = :code AND version = :version RETURNING correlation_id, profile, base"
)


class NoSuchPlan(LookupError):
    """Nothing is planned under this version: it was cancelled, or it has taken effect."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One change in the history of an authority; `effective_from` is set for a plan."""

    version: int
    at: datetime
    actor: str
    kind: Literal["configured", "planned", "cancelled"]
    changes: tuple[Change, ...]
    effective_from: datetime | None = None
    planned_version: int | None = None


@dataclass(frozen=True, slots=True)
class History:
    """All changes of an authority, the newest first, and its profile after them; `planned` are the versions whose plans
    wait."""

    version: int
    profile: AuthorityConfigured
    entries: list[Entry]
    planned: list[int]


class Planning:
    """Guarantee: a plan takes effect once, whoever looks, or is cancelled; never both."""

    def __init__(self, engine: sa.Engine, log: Log, reader: Reader, authorities: Authorities) -> None:
        self._engine, self._log, self._reader, self._authorities = engine, log, reader, authorities

    def plan(self, profile: AuthorityConfigured, effective_from: datetime, actor: str, expected: int) -> None:
        """Raises VersionConflict, PrefixTaken, LookupError for an authority that is not there."""
        with self._engine.begin() as transaction:
            version, present = self._present(transaction, profile.code, expected)
            require_free_prefix(transaction, profile)
            origin = Origin(actor, profile.code)
            row: dict[str, Any] = {"code": profile.code, "version": version + 1, "effective_from": effective_from}
            row |= {"profile": profile.model_dump_json(), "base": present.model_dump_json()}
            transaction.execute(_PLAN, {**row, "correlation_id": origin.correlation_id})
            fact = AuthorityChangePlanned(code=profile.code, effective_from=effective_from, profile=profile)
            self._authorities.record(transaction, fact, present, version, origin)

    def cancel(self, code: str, planned: int, actor: str, expected: int) -> None:
        """Raises VersionConflict, NoSuchPlan, LookupError for an authority that is not there."""
        with self._engine.begin() as transaction:
            version, present = self._present(transaction, code, expected)
            if transaction.execute(_TAKE, {"code": code, "version": planned}).one_or_none() is None:
                raise NoSuchPlan(planned)
            fact = AuthorityPlanCancelled(code=code, planned_version=planned)
            self._authorities.record(transaction, fact, present, version, Origin(actor, code))

    def take_effect(self, now: datetime) -> int:
        """Configure what was planned for a time that has come; how many plans there were."""
        with self._engine.connect() as connection:
            due = connection.execute(_DUE, {"now": now}).all()
        return sum(self._takes_effect(code, version) for code, version in due)

    def history(self, code: str) -> History:
        """Who changed what, and when. Raises LookupError for an authority that is not there."""
        with self._engine.connect() as connection:
            told = self._log.load(connection, stream_of(code))
            planned = [version for version, _ in connection.execute(_PLANNED, {"code": code})]
        if not told:
            raise LookupError(code)
        profile, entries = self._told(told)
        return History(told[-1].streamversion, profile, entries, planned)

    def _present(self, transaction: sa.Connection, code: str, expected: int) -> tuple[int, AuthorityConfigured]:
        version, present = standing(transaction, code)
        if present is None:
            raise LookupError(code)
        require_version(code, expected, version)
        return version, present

    def _takes_effect(self, code: str, planned: int) -> int:
        with self._engine.begin() as transaction:
            version, present = standing(transaction, code)
            plan = transaction.execute(_TAKE, {"code": code, "version": planned}).one_or_none()
            if plan is None or present is None:  # somebody was faster
                return 0
            base, wanted = map(AuthorityConfigured.model_validate, (plan.base, plan.profile))
            profile = laid_onto(wanted, base, present)
            if profile != present:
                origin = self._of_plan(transaction, code, planned, plan.correlation_id)
                self._authorities.record(transaction, profile, profile, version, origin)
        self._authorities.forget()
        return 1

    def _of_plan(self, transaction: sa.Connection, code: str, planned: int, correlation: UUID) -> Origin:
        """The system does what somebody planned."""
        (fact, *_) = self._log.load(transaction, stream_of(code), planned - 1)
        return Origin(SYSTEM, code, correlation, fact.id)

    def _told(self, told: list[Envelope]) -> tuple[AuthorityConfigured, list[Entry]]:
        """The profile in the end, and each change."""
        entries: list[Entry] = []
        present: AuthorityConfigured | None = None
        for envelope in told:
            fact = self._reader.read(envelope)
            common = (envelope.streamversion, envelope.time, envelope.actor)
            match fact:
                case AuthorityConfigured():
                    entries.append(Entry(*common, "configured", changes(present, fact)))
                    present = fact
                case AuthorityChangePlanned(profile=wanted, effective_from=at):
                    entries.append(Entry(*common, "planned", changes(present, wanted), at))
                case AuthorityPlanCancelled(planned_version=version):
                    entries.append(Entry(*common, "cancelled", (), planned_version=version))
        if present is None:
            raise LookupError("an authority that begins with a plan")
        return present, entries[::-1]
