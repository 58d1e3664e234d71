"""When a petition's petitioner is erased, nothing that they wrote is found any more. The petition stays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
import structlog

from services.tracking.search.index import Index
from shared.contracts.envelope import Envelope
from shared.contracts.ownership import PetitionErased
from shared.eventlog.reading import Reader
from shared.messaging.reaction import Claim

QUEUE: Final = "tracking.petition_erased"
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class OnPetitionErased:
    """The key was destroyed before the fact was told, so whatever is indexed later has no words.

    Late, twice, or dead in the middle: forgetting again is no error.
    """

    engine: sa.Engine
    reader: Reader
    index: Index

    def __call__(self, envelope: Envelope, claim: Claim) -> None:
        erased = self.reader.read(envelope)
        assert isinstance(erased, PetitionErased)
        with self.engine.begin() as transaction:
            if not claim(transaction):
                transaction.rollback()
                return
            self.index.hold(transaction, [erased.subject_id])
            petitions = self.index.forget(transaction, erased.subject_id)
        _log.info("words_of_erased_forgotten", number=erased.number, petitions=petitions)
