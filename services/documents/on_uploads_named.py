"""When staff tell of the work, or the petitioner adds to a petition, the uploads they name become its attachments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, get_args
from uuid import UUID

import sqlalchemy as sa

from services.documents.attaching import NamesUploads, attachments, is_erased, named, source_of
from services.documents.forms import Forms, stream_of
from services.documents.uploads.waiting import Uploads, Waiting
from shared.contracts.envelope import Envelope
from shared.contracts.petition import PetitionFiled
from shared.eventlog.log import Append, Log, caused_by
from shared.eventlog.reading import Reader
from shared.kernel.crashpoints import crash_here
from shared.messaging.reaction import Claim

QUEUE: Final = "documents.uploads_named"


@dataclass(frozen=True, slots=True)
class OnUploadsNamed:
    """Twice: the inbox claim lets one through. Before the filing was handled: raises NotPrintedYet, and is tried again.

    Late: uploads that were swept meanwhile are rejected. Dead in the middle: all of it is one transaction.
    The petitioner erased at the same moment: raises ErasedMeanwhile, and the next try rejects them.
    """

    engine: sa.Engine
    log: Log
    reader: Reader
    uploads: Uploads
    forms: Forms

    def __call__(self, envelope: Envelope, claim: Claim) -> None:
        fact = self.reader.read(envelope)
        assert isinstance(fact, get_args(NamesUploads))
        wanted = named(fact.uploads)
        form = self.forms.printed(fact.petition_id) if wanted else None
        filed = form and self.forms.filing(form)
        with self.engine.begin() as transaction:
            if not claim(transaction):
                transaction.rollback()
                return
            if form and filed:
                self.forms.hold(transaction, form.filed, filed)
                self._attach(transaction, envelope, fact, filed)
                crash_here("documents.attached")

    def _attach(self, transaction: sa.Connection, envelope: Envelope, fact: NamesUploads, filed: PetitionFiled) -> None:
        wanted, stream = named(fact.uploads), stream_of(filed.petition_id)
        kept = [] if is_erased(filed) else self._free(transaction, wanted)
        self.uploads.claim(transaction, [file.upload_id for file in kept], filed.petition_id, filed.authority)
        told = attachments(filed, wanted, kept, source_of(fact))
        version = self.log.load(transaction, stream)[-1].streamversion
        sealed = self.log.seal([Append(stream, version, told, caused_by(envelope, "documents"))])
        self.log.append(transaction, sealed)

    def _free(self, transaction: sa.Connection, wanted: Sequence[UUID]) -> list[Waiting]:
        """What the petition has already is not free: naming an own photo again does not publish it."""
        rows = self.uploads.lock(transaction, wanted)
        return [file for upload_id in wanted if (file := rows.get(upload_id)) and file.claimed_by is None]
