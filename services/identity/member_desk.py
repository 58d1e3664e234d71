"""Members: their facts are loaded, decided on, and appended at the version that was seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
import stamina

from services.identity.erasing import Erasing
from services.identity.login import VerifiedPerson
from services.identity.member import Contact, Member, fold, register
from services.identity.people import People
from shared.contracts.fact import Fact
from shared.contracts.member import MemberErased
from shared.eventlog.conflict import VersionConflict
from shared.eventlog.log import Append, Log, Origin, Sealed
from shared.eventlog.reading import Reader

EVERYWHERE: Final = "*"
retried = stamina.retry(on=VersionConflict, attempts=5, wait_initial=0.02, wait_max=0.2)
"""Somebody else was faster: look again and decide again."""


@dataclass(frozen=True, slots=True)
class Found:
    """A member as it stands, and the version of its stream."""

    member: Member
    version: int


class NotRegistered(Exception):
    """The person has no account."""


class MemberDesk:
    """Guarantees: what is done twice is recorded once; of two changes at one moment the second sees the first."""

    def __init__(self, engine: sa.Engine, log: Log, reader: Reader, people: People, erasing: Erasing) -> None:
        self._engine, self._log, self._reader = engine, log, reader
        self._people, self._erasing = people, erasing

    def find(self, person_id: UUID) -> Found | None:
        """The member; None for a person without an account."""
        with self._engine.connect() as connection:
            envelopes = self._log.load(connection, stream_of(person_id))
        member = fold(self._reader.read_all(envelopes))
        return Found(member, envelopes[-1].streamversion) if member and not member.erased else None

    def history(self, person_id: UUID) -> list[dict[str, Any]]:
        """Everything that happened to the account, opened: type, time and what the fact tells."""
        with self._engine.connect() as connection:
            envelopes = self._log.load(connection, stream_of(person_id))
        facts = self._reader.read_all(envelopes)
        return [
            {"type": envelope.type, "at": envelope.time, "data": fact.model_dump(mode="json")}
            for envelope, fact in zip(envelopes, facts, strict=True)
        ]

    @retried
    def register(
        self, person_id: UUID, person: VerifiedPerson, provider: str, contact: Contact, consent: str, correlation: UUID
    ) -> Member:
        """Make the account; an account that was made before stays as it is. Raises Refused."""
        if found := self.find(person_id):
            return found.member
        facts = register(person_id, person, provider, contact, consent)
        sealed = self._log.seal([self.append(person_id, 0, facts, correlation)])
        with self._engine.begin() as transaction:
            self._people.register(transaction, person_id)
            self._log.append(transaction, sealed)
        member = fold(facts)
        assert member is not None
        return member

    @retried
    def change(self, person_id: UUID, decide: Callable[[Member], Sequence[Fact]], correlation: UUID) -> Member:
        """Record what is decided about the member. Raises NotRegistered, Refused."""
        found = self.find(person_id)
        if found is None:
            raise NotRegistered
        if facts := decide(found.member):
            self._log.commit(self._engine, self._log.seal([self.append(person_id, found.version, facts, correlation)]))
        return self._after(person_id, found)

    @retried
    def erase(self, person_id: UUID, correlation: UUID) -> None:
        """The account ends, the key is destroyed; a person who has none is forgotten all the same."""
        found = self.find(person_id)
        sealed = self._erased(person_id, found.version, correlation) if found else None
        with self._engine.begin() as transaction:
            self._people.forget(transaction, person_id)
            self._erasing.due(transaction, person_id)
            if sealed:
                self._log.append(transaction, sealed)
        self._erasing.sweep()

    def append(self, person_id: UUID, version: int, facts: Sequence[Fact], correlation: UUID) -> Append:
        """Facts for the end of the member's stream, caused by the member."""
        return Append(stream_of(person_id), version, facts, Origin(f"member:{person_id}", EVERYWHERE, correlation))

    def _erased(self, person_id: UUID, version: int, correlation: UUID) -> Sealed:
        fact = MemberErased(subject_id=person_id)
        return self._log.seal([self.append(person_id, version, [fact], correlation)])

    def _after(self, person_id: UUID, before: Found) -> Member:
        found = self.find(person_id)
        return found.member if found else before.member


def stream_of(person_id: UUID) -> str:
    """The stream of a member."""
    return f"member-{person_id}"
