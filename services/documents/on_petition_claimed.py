"""When a member has claimed a petition, its form and its files open with the member's token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from services.documents.forms import Forms
from shared.contracts.envelope import Envelope
from shared.contracts.ownership import PetitionClaimed
from shared.eventlog.reading import Reader
from shared.messaging.reaction import Claim

QUEUE: Final = "documents.petition_claimed"


@dataclass(frozen=True, slots=True)
class OnPetitionClaimed:
    """Twice: it is the member's already. Before the form is printed: raises NotPrintedYet, and is tried again."""

    engine: sa.Engine
    reader: Reader
    forms: Forms

    def __call__(self, envelope: Envelope, claim: Claim) -> None:
        claimed = self.reader.read(envelope)
        assert isinstance(claimed, PetitionClaimed)
        self.forms.printed(claimed.petition_id)
        with self.engine.begin() as transaction:
            if not claim(transaction):
                transaction.rollback()
                return
            self.forms.give_to(transaction, claimed.petition_id, claimed.member_id)
