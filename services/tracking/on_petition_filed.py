"""When a petition is filed, its words can be searched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from services.tracking.search.index import Index
from shared.contracts.envelope import Envelope
from shared.contracts.petition import PetitionFiled
from shared.eventlog.reading import Reader
from shared.messaging.reaction import Claim

QUEUE: Final = "tracking.petition_filed"


@dataclass(frozen=True, slots=True)
class OnPetitionFiled:
    """The fact is opened while its person is held: whoever is erased at the same moment is either erased already, and
    nothing is added, or forgotten afterwards. Late or out of order: the index needs no other fact. Twice, or dead in
    the middle: row and claim are one transaction."""

    engine: sa.Engine
    reader: Reader
    index: Index

    def __call__(self, envelope: Envelope, claim: Claim) -> None:
        with self.engine.begin() as transaction:
            if not claim(transaction):
                transaction.rollback()
                return
            self.add(transaction, envelope)

    def add(self, transaction: sa.Connection, envelope: Envelope) -> None:
        """Put the words of a filing into the index."""
        self.index.hold(transaction, UUID(envelope.data["subject_id"]))
        filed = self.reader.read(envelope)
        assert isinstance(filed, PetitionFiled)
        self.index.add(transaction, filed)
