"""When a petitioner's answer asks to reopen the petition, the request waits for the staff."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from services.intake.actor import Actor
from services.intake.case_desk import Case, CaseDesk, appends
from services.intake.commands import RequestReopening
from services.intake.refusals import Refused
from shared.contracts.envelope import Envelope
from shared.contracts.fact import Fact
from shared.contracts.petition_commands import ActorRole
from shared.contracts.survey import SurveyAnswered
from shared.eventlog.log import Append, Log, caused_by
from shared.eventlog.reading import Reader
from shared.messaging.reaction import Claim

QUEUE: Final = "intake.survey_answered"
PETITIONER: Final = "petitioner"
_RELAYED: Final = Actor(id=PETITIONER, roles=frozenset({ActorRole.SYSTEM}))


@dataclass(frozen=True, slots=True)
class OnSurveyAnswered:
    """Twice: the petition has the request already. Late: when it was reopened meanwhile, or has ended once more,
    nothing is requested. While staff do something with it at the same moment: tried again on what they did."""

    engine: sa.Engine
    log: Log
    reader: Reader
    cases: CaseDesk

    def __call__(self, envelope: Envelope, claim: Claim) -> None:
        answer = self.reader.read(envelope)
        assert isinstance(answer, SurveyAnswered)
        appends = self._appends(answer, envelope)
        sealed = self.log.seal(appends)
        with self.engine.begin() as transaction:
            if not claim(transaction):
                transaction.rollback()
                return
            if appends:
                self.log.append(transaction, sealed)

    def _appends(self, answer: SurveyAnswered, envelope: Envelope) -> list[Append]:
        if not answer.reopen or answer.number is None or answer.resolution is None:
            return []
        case = self.cases.find(answer.number)
        facts = self._requested(case, RequestReopening(answer_id=answer.answer_id, resolution=answer.resolution))
        return appends(case, facts, caused_by(envelope, PETITIONER)) if facts else []

    def _requested(self, case: Case, command: RequestReopening) -> list[Fact]:
        try:
            return self.cases.decided(case, command, _RELAYED)
        except Refused:
            return []
