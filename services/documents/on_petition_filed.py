"""When a petition is filed, its uploads become its attachments and its official form is printed and kept."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from services.documents.attaching import attachments, is_erased, named
from services.documents.form.layout import AttachedFile
from services.documents.forms import Document, Form, Forms, rendered_key, stream_of
from services.documents.uploads.waiting import Uploads, Waiting
from shared.contracts.document import DocumentRendered
from shared.contracts.envelope import Envelope
from shared.contracts.fact import Fact
from shared.contracts.petition import PetitionFiled
from shared.eventlog.log import Append, Log, caused_by
from shared.eventlog.reading import Reader
from shared.kernel.crashpoints import crash_here
from shared.messaging.reaction import Claim

QUEUE: Final = "documents.petition_filed"


class UploadsChanged(Exception):
    """Another petition claimed an upload while the form was being printed; it is printed again."""


@dataclass(frozen=True, slots=True)
class OnPetitionFiled:
    """Twice or after a crash: the same PDF under the same key, and the facts at the version that was expected, once.

    When the petitioner is erased while it is printed: raises ErasedMeanwhile, and the next try prints nothing of them.
    """

    engine: sa.Engine
    log: Log
    reader: Reader
    uploads: Uploads
    forms: Forms

    def __call__(self, envelope: Envelope, claim: Claim) -> None:
        filed = self.reader.read(envelope)
        assert isinstance(filed, PetitionFiled)
        wanted = _wanted(filed)
        with self.engine.begin() as transaction:
            found = self._claimable(transaction, wanted, filed.petition_id)
        pdf = self.forms.print(filed, [AttachedFile(filename=file.filename, size=file.size) for file in found])
        rendered = _rendered(filed, "filed", pdf)
        self.forms.keep(rendered.vault_key, pdf)
        crash_here("documents.stored")
        self._settle(envelope, filed, wanted, found, rendered, claim)

    def _settle(
        self,
        envelope: Envelope,
        filed: PetitionFiled,
        wanted: Sequence[UUID],
        printed: list[Waiting],
        rendered: DocumentRendered,
        claim: Claim,
    ) -> None:
        facts: list[Fact] = [*attachments(filed, named(filed.uploads), printed), rendered]
        sealed = self.log.seal([Append(stream_of(filed.petition_id), 0, facts, caused_by(envelope, "documents"))])
        with self.engine.begin() as transaction:
            if not claim(transaction):
                transaction.rollback()
                return
            self.forms.hold(transaction, envelope, filed)
            if self._claimable(transaction, wanted, filed.petition_id) != printed:
                raise UploadsChanged
            kept = [file.upload_id for file in printed]
            self.uploads.claim(transaction, kept, filed.petition_id, filed.authority)
            self.forms.save(transaction, _form(envelope, filed, rendered))
            self.log.append(transaction, sealed)

    def _claimable(self, transaction: sa.Connection, wanted: Sequence[UUID], petition_id: UUID) -> list[Waiting]:
        rows = self.uploads.lock(transaction, wanted)
        known = [rows[upload_id] for upload_id in wanted if upload_id in rows]
        return [file for file in known if file.claimed_by in (None, petition_id)]


def _rendered(filed: PetitionFiled, document: Document, pdf: bytes) -> DocumentRendered:
    return DocumentRendered(
        petition_id=filed.petition_id,
        number=filed.number,
        document=document,
        vault_key=rendered_key(filed.petition_id, document),
        sha256=hashlib.sha256(pdf).hexdigest(),
        size=len(pdf),
    )


def _form(envelope: Envelope, filed: PetitionFiled, rendered: DocumentRendered) -> Form:
    return Form(
        petition_id=filed.petition_id,
        number=filed.number,
        authority=filed.authority,
        department=filed.department.code,
        tracking_code_hash=filed.tracking_code_hash,
        filed=envelope,
        officer=None,
        vault_key=rendered.vault_key,
        member_id=filed.member_id,
    )


def _wanted(filed: PetitionFiled) -> list[UUID]:
    """The uploads to be kept: none for a person erased meanwhile; they are swept like all that nobody claims."""
    return [] if is_erased(filed) else named(filed.uploads)
