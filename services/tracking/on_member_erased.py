"""When a member is erased, nothing that they wrote is found any more. The petitions stay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
import structlog

from services.tracking.search.index import Index
from shared.contracts.envelope import Envelope
from shared.contracts.member import MemberErased
from shared.eventlog.keyring import Keyring
from shared.eventlog.reading import Reader
from shared.messaging.reaction import Claim, Unavailable

QUEUE: Final = "tracking.member_erased"
_log = structlog.get_logger(__name__)


class KeyNotDestroyed(Unavailable):
    """Identity destroys the key just after it tells of the erasure; until then words can still be made of the facts."""


@dataclass(frozen=True, slots=True)
class OnMemberErased:
    """The key is gone when the words are forgotten, so whatever is indexed later has none.

    Early: raises KeyNotDestroyed, and is tried again. Late, twice, or dead in the middle: forgetting again is no error.
    """

    engine: sa.Engine
    reader: Reader
    keyring: Keyring
    index: Index

    def __call__(self, envelope: Envelope, claim: Claim) -> None:
        erased = self.reader.read(envelope)
        assert isinstance(erased, MemberErased)
        if self.keyring.keys([erased.subject_id]):
            raise KeyNotDestroyed(str(erased.subject_id))
        with self.engine.begin() as transaction:
            if not claim(transaction):
                transaction.rollback()
                return
            self.index.hold(transaction, erased.subject_id)
            petitions = self.index.forget(transaction, erased.subject_id)
        _log.info("words_of_erased_forgotten", petitions=petitions)
