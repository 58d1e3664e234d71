"""When a petition is resolved, its petitioner is invited to say how it went, where the authority has set so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from services.survey.chance import fold, invitation, stream_of
from services.survey.queries import Petitions, Policies
from shared.contracts.envelope import Envelope
from shared.contracts.survey import SurveyInvited
from shared.eventlog.log import Append, Log, caused_by
from shared.eventlog.reading import Reader
from shared.messaging.reaction import Claim
from shared.projecting.runner import Runner

QUEUE: Final = "survey.petition_resolved"


class NotSeen(LookupError):
    """The read model is to hold a fact that it was given, and does not: a defect, told before a fact is lost."""


@dataclass(frozen=True, slots=True)
class OnPetitionResolved:
    """Out of order: the read model first takes in the fact and all before it. Twice: the chance was invited. Late: when
    it was answered, or the petition reopened meanwhile, nobody is invited."""

    engine: sa.Engine
    log: Log
    reader: Reader
    runner: Runner
    petitions: Petitions
    policies: Policies

    def __call__(self, envelope: Envelope, claim: Claim) -> None:
        self.runner.project([envelope])
        invited, stream, version = self._invited(envelope)
        appends = [Append(stream, version, [invited], caused_by(envelope, "survey"))] if invited else []
        sealed = self.log.seal(appends)
        with self.engine.begin() as transaction:
            if not claim(transaction):
                transaction.rollback()
                return
            if appends:
                self.log.append(transaction, sealed)

    def _invited(self, envelope: Envelope) -> tuple[SurveyInvited | None, str, int]:
        """Who is invited, and the stream and version where that is recorded."""
        found = self.petitions.ended_by(UUID(envelope.data["petition_id"]), envelope.id)
        policy = self.policies.of(envelope.authority)
        if found is None or policy is None:
            raise NotSeen(envelope.type)
        petition, resolution, contact = found
        stream = stream_of(petition.petition_id, resolution)
        with self.engine.connect() as connection:
            chance = fold(self.reader.read_all(self.log.load(connection, stream)))
        return invitation(chance, petition, resolution, policy, contact), stream, chance.version
