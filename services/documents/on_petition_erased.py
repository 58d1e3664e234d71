"""When a petition's petitioner is erased, its files go: forms, attachments and previews. The petition stays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
import structlog

from services.documents.forms import Forms
from services.documents.uploads.waiting import Uploads
from services.documents.vault.vault import VaultUnavailable
from shared.contracts.envelope import Envelope
from shared.contracts.ownership import PetitionErased
from shared.eventlog.reading import Reader
from shared.kernel.crashpoints import crash_here
from shared.messaging.reaction import Claim, Unavailable

QUEUE: Final = "documents.petition_erased"
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class OnPetitionErased:
    """The key was destroyed before the fact was told, so whatever is printed or attached later has nothing personal.

    Late, twice, or dead in the middle: deleting again is no error.
    """

    engine: sa.Engine
    reader: Reader
    uploads: Uploads
    forms: Forms

    def __call__(self, envelope: Envelope, claim: Claim) -> None:
        erased = self.reader.read(envelope)
        assert isinstance(erased, PetitionErased)
        self._remove(erased)
        with self.engine.begin() as transaction:
            if not claim(transaction):
                transaction.rollback()

    def _remove(self, erased: PetitionErased) -> None:
        self.forms.await_others(erased.subject_id)
        try:
            self.forms.remove(erased.petition_id)
            crash_here("documents.removing")
            files = self.uploads.remove(erased.petition_id)
        except VaultUnavailable as error:
            raise Unavailable("vault") from error
        _log.info("files_of_erased_removed", number=erased.number, attachments=files)
