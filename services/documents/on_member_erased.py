"""When a member is erased, the files of their petitions go: forms, attachments and previews. The petitions stay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
import structlog

from services.documents.forms import Forms
from services.documents.uploads.waiting import Uploads
from services.documents.vault.vault import VaultUnavailable
from shared.contracts.envelope import Envelope
from shared.contracts.member import MemberErased
from shared.eventlog.keyring import Keyring
from shared.eventlog.reading import Reader
from shared.kernel.crashpoints import crash_here
from shared.messaging.reaction import Claim, Unavailable

QUEUE: Final = "documents.member_erased"
_log = structlog.get_logger(__name__)


class KeyNotDestroyed(Unavailable):
    """Identity destroys the key just after it tells of the erasure; until then files can still be made of the facts."""


@dataclass(frozen=True, slots=True)
class OnMemberErased:
    """The key is gone when the files are looked for, so whatever is printed or attached later has nothing personal.

    Early: raises KeyNotDestroyed, and is tried again. Late, twice, or dead in the middle: deleting again is no error.
    """

    engine: sa.Engine
    reader: Reader
    keyring: Keyring
    uploads: Uploads
    forms: Forms

    def __call__(self, envelope: Envelope, claim: Claim) -> None:
        erased = self.reader.read(envelope)
        assert isinstance(erased, MemberErased)
        if self.keyring.keys([erased.subject_id]):
            raise KeyNotDestroyed(str(erased.subject_id))
        self._remove(erased)
        with self.engine.begin() as transaction:
            if not claim(transaction):
                transaction.rollback()

    def _remove(self, erased: MemberErased) -> None:
        petition_ids, files = self.forms.of_person(erased.subject_id), 0
        try:
            for petition_id in petition_ids:
                self.forms.remove(petition_id)
                crash_here("documents.removing")
                files += self.uploads.remove(petition_id)
        except VaultUnavailable as error:
            raise Unavailable("vault") from error
        _log.info("files_of_erased_removed", petitions=len(petition_ids), attachments=files)
