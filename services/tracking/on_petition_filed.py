"""When a petition is filed, its words can be searched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from services.tracking.search.index import Index
from shared.contracts.envelope import Envelope
from shared.contracts.petition import PetitionFiled
from shared.eventlog.reading import Reader
from shared.kernel.batching import LONG_LINGER, GroupCommit
from shared.messaging.inbox import claim_together
from shared.messaging.reaction import Claim

QUEUE: Final = "tracking.petition_filed"
MOST: Final = 64
_Told = tuple[Envelope, Claim]


class OnPetitionFiled:
    """A fact is opened while its person is held: whoever is erased at the same moment is either erased already, and
    nothing is added, or forgotten afterwards. Late or out of order: the index needs no other fact. Twice, or dead in
    the middle: rows and claims are one transaction, which filings that come at the same time share."""

    looks_itself: Final = True

    def __init__(self, engine: sa.Engine, reader: Reader, index: Index) -> None:
        self._engine, self._reader, self._index = engine, reader, index
        self._together: GroupCommit[_Told, None] = GroupCommit(QUEUE, self._claim_and_add, MOST, LONG_LINGER)

    def __call__(self, envelope: Envelope, claim: Claim) -> None:
        self._together.submit((envelope, claim)).result()

    def add(self, envelopes: Sequence[Envelope]) -> None:
        """Put the words of different filings into the index, claimed or not."""
        with self._engine.begin() as transaction:
            self._add(transaction, envelopes)

    def close(self) -> None:
        """Finish what has arrived."""
        self._together.close()

    def _claim_and_add(self, told: Sequence[_Told]) -> list[Exception | None]:
        with self._engine.begin() as transaction:
            claimed = claim_together(transaction, [claim for _, claim in told])
            self._add(transaction, [envelope for (envelope, _), fresh in zip(told, claimed, strict=True) if fresh])
        return [None] * len(told)

    def _add(self, transaction: sa.Connection, envelopes: Sequence[Envelope]) -> None:
        self._index.hold(transaction, [UUID(envelope.data["subject_id"]) for envelope in envelopes])
        self._index.add(transaction, self._filed(envelopes))

    def _filed(self, envelopes: Sequence[Envelope]) -> Iterator[PetitionFiled]:
        for fact in self._reader.read_all(envelopes):
            assert isinstance(fact, PetitionFiled)
            yield fact
