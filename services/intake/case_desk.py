"""Commands on a petition that exists: load, decide, append at the version that was seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from services.intake.actor import Actor
from services.intake.authorities import Authorities
from services.intake.commands import PetitionCommand
from services.intake.deciding import decide
from services.intake.filing_desk import stream_of
from services.intake.petition import Petition, evolve
from shared.contracts.fact import Fact
from shared.eventlog.conflict import VersionConflict
from shared.eventlog.log import Append, Log, Origin
from shared.eventlog.reading import Reader
from shared.kernel import clock, ids

ATTEMPTS: Final = 3
SYSTEM: Final = "system"
"""The actor of what nobody asked for."""
_FIND: Final = sa.text("SELECT petition_id FROM petitions WHERE number = :number")


class NoSuchPetition(Exception):
    """No petition has this number."""


@dataclass(frozen=True, slots=True)
class Case:
    """A petition as it stands, and the version of its stream."""

    petition: Petition
    version: int


class CaseDesk:
    """Guarantee: of two commands on one petition at the same moment, the second is decided on the first's outcome."""

    def __init__(self, engine: sa.Engine, log: Log, reader: Reader, authorities: Authorities) -> None:
        self._engine, self._log, self._reader, self._authorities = engine, log, reader, authorities

    def find(self, number: str) -> Case:
        """The petition by its number. Raises NoSuchPetition."""
        with self._engine.connect() as connection:
            petition_id: UUID | None = connection.execute(_FIND, {"number": number}).scalar()
            if petition_id is None:
                raise NoSuchPetition(number)
            envelopes = self._log.load(connection, stream_of(petition_id))
        state: Petition | None = None
        for fact in self._reader.read_all(envelopes):
            state = evolve(state, fact)
        if state is None:
            raise NoSuchPetition(number)
        return Case(state, envelopes[-1].streamversion)

    def perform(
        self, case: Case, command: PetitionCommand, actor: Actor, correlation: UUID, expected: int | None = None
    ) -> Case:
        """Do it. Raises Refused; VersionConflict when the caller expected another version or gave up three times."""
        for attempt in range(1, ATTEMPTS + 1):
            if expected is not None and expected != case.version:
                raise VersionConflict(stream_of(case.petition.petition_id), expected, case.version)
            try:
                return self._decided(case, command, actor, correlation)
            except VersionConflict:
                if attempt == ATTEMPTS:
                    raise
                case = self.find(case.petition.number)
        raise AssertionError("unreachable")

    def _decided(self, case: Case, command: PetitionCommand, actor: Actor, correlation: UUID) -> Case:
        facts = self.decided(case, command, actor)
        sealed = self._log.seal(appends(case, facts, Origin(actor.id, case.petition.authority, correlation)))
        with self._engine.begin() as transaction:
            self._log.append(transaction, sealed)
        state = case.petition
        for fact in facts:
            state = evolve(state, fact)
        return Case(state, case.version + len(facts))

    def decided(self, case: Case, command: PetitionCommand, actor: Actor) -> list[Fact]:
        """The facts that a command makes now, by the rules that the authority has now. Raises Refused."""
        profile = self._authorities.all()[case.petition.authority]
        return decide(command, case.petition, actor, clock.now(), profile)


def appends(case: Case, facts: Sequence[Fact], origin: Origin) -> list[Append]:
    """The first fact is the actor's; what follows from it by rule is the system's, caused by the first."""
    stream, (first, *rest) = stream_of(case.petition.petition_id), facts
    cause = ids.new_id()
    own = Append(stream, case.version, [first], origin, [cause])
    if not rest:
        return [own]
    follows = Origin(SYSTEM, origin.authority, origin.correlation_id, cause)
    return [own, Append(stream, case.version + 1, rest, follows)]
