"""When a petition ends, those that were merged into it end with it; when it is withdrawn, they go on by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from services.intake.case_desk import SYSTEM, CaseDesk, appends
from services.intake.merging import command_for_merged
from services.intake.refusals import Refused
from services.intake.timekeeper import TIMEKEEPER
from services.intake.worklist import Worklist
from shared.contracts.envelope import Envelope
from shared.contracts.petition import PetitionMerged
from shared.eventlog.log import Append, Log, caused_by
from shared.messaging.reaction import Claim
from shared.projecting.runner import Runner

QUEUE: Final = "intake.petition_ended"


@dataclass(frozen=True, slots=True)
class OnPetitionEnded:
    """A petition that is merged into one that has ended already ends at once, too.

    Twice: they have ended. Out of order: the read model first takes in the fact and all before it. Late: when the
    petition was reopened meanwhile, nothing is done until it ends again. While staff do something with one of them at
    the same moment: tried again on that.
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
        command = command_for_merged(main)
        if command is None:
            return
        for number in self.worklist.merged_into(main.petition_id):
            case = self.cases.find(number)
            try:
                facts = self.cases.decided(case, command, TIMEKEEPER)
            except Refused:  # no longer merged
                continue
            yield from appends(case, facts, caused_by(envelope, SYSTEM))
