"""Petitions that were merged into another one follow it: they end with it, are reopened with it and end once more, and
go on by themselves when it is withdrawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import reduce
from typing import Final

import sqlalchemy as sa

from services.intake.case_desk import SYSTEM, Case, CaseDesk, appends
from services.intake.merging import commands_for_merged
from services.intake.petition import Petition, evolve
from services.intake.timekeeper import TIMEKEEPER
from services.intake.worklist import Worklist
from shared.contracts.envelope import Envelope
from shared.contracts.fact import Fact
from shared.contracts.petition import PetitionMerged
from shared.eventlog.log import Append, Log, caused_by
from shared.messaging.reaction import Claim
from shared.projecting.runner import Runner

QUEUE: Final = "intake.petition_ended"


@dataclass(frozen=True, slots=True)
class OnPetitionEnded:
    """A petition that is merged into one that has ended already ends at once, too.

    Twice: they stand where it stands. Out of order: the read model first takes in the fact and all before it, and what
    is asked for depends on where both stand. Late: a reopening that was over before it was seen is told with the end
    after it. While staff do something with one of them at the same moment: tried again on that.
    """

    engine: sa.Engine
    log: Log
    cases: CaseDesk
    runner: Runner
    worklist: Worklist

    def __call__(self, envelope: Envelope, claim: Claim) -> None:
        self.runner.project([envelope])
        sealed = self.log.seal(list(self._appends(envelope)))
        with self.engine.begin() as transaction:
            if not claim(transaction):
                transaction.rollback()
                return
            self.log.append(transaction, sealed)

    def _appends(self, envelope: Envelope) -> Iterator[Append]:
        merged = envelope.type == PetitionMerged.TYPE
        main = self.cases.find(envelope.data["into_number" if merged else "number"]).petition
        for number in self.worklist.merged_into(main.petition_id):
            case = self.cases.find(number)
            if facts := list(self._following(main, case)):
                yield from appends(case, facts, caused_by(envelope, SYSTEM))

    def _following(self, main: Petition, case: Case) -> Iterator[Fact]:
        for command in commands_for_merged(main, case.petition):
            facts = self.cases.decided(case, command, TIMEKEEPER)
            case = replace(case, petition=reduce(evolve, facts, case.petition))
            yield from facts
