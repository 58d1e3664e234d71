"""When another department owns a petition, its staff may open the files, and those of the one before no longer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from services.documents.forms import Forms
from shared.contracts.envelope import Envelope
from shared.contracts.petition import PetitionAssigned, PetitionRecategorised, PetitionTransferred
from shared.eventlog.reading import Reader
from shared.messaging.reaction import Claim

QUEUE: Final = "documents.department_changed"


@dataclass(frozen=True, slots=True)
class OnDepartmentChanged:
    """Before the filing was handled: raises NotPrintedYet, and is tried again. Out of order: the later one stays."""

    engine: sa.Engine
    reader: Reader
    forms: Forms

    def __call__(self, envelope: Envelope, claim: Claim) -> None:
        fact = self.reader.read(envelope)
        assert isinstance(fact, PetitionAssigned | PetitionTransferred | PetitionRecategorised)
        self.forms.printed(fact.petition_id)
        with self.engine.begin() as transaction:
            if not claim(transaction):
                transaction.rollback()
                return
            self.forms.hand_over(transaction, fact.petition_id, fact.department.code, envelope.streamversion)
