"""When a member is erased, the petitioners of their petitions are: those filed with the account, and those claimed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from services.intake.forgetting import Forgetting
from shared.contracts.envelope import Envelope
from shared.contracts.member import MemberErased
from shared.eventlog.reading import Reader
from shared.messaging.reaction import Claim

QUEUE: Final = "intake.member_erased"


@dataclass(frozen=True, slots=True)
class OnMemberErased:
    """Twice, or dead in the middle: what was forgotten is not looked at again. While the member files or claims at the
    same moment: that is forgotten by the next round of `Forgetting.sweep`."""

    engine: sa.Engine
    reader: Reader
    forgetting: Forgetting

    def __call__(self, envelope: Envelope, claim: Claim) -> None:
        erased = self.reader.read(envelope)
        assert isinstance(erased, MemberErased)
        self.forgetting.mark(erased.subject_id)
        self.forgetting.of_member(erased.subject_id)
        with self.engine.begin() as transaction:
            if not claim(transaction):
                transaction.rollback()
