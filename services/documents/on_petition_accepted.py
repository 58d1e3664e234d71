"""When a petition is received, its form is printed again with the receiving officer's name."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Final

import sqlalchemy as sa

from services.documents.form.layout import AttachedFile
from services.documents.forms import Forms, stream_of
from services.documents.on_petition_filed import rendered_key
from shared.contracts.document import DocumentRendered
from shared.contracts.envelope import Envelope
from shared.contracts.petition import PetitionAccepted, PetitionFiled
from shared.eventlog.log import Append, Log, caused_by
from shared.eventlog.reading import Reader
from shared.messaging.reaction import Claim, Unavailable

QUEUE: Final = "documents.petition_accepted"


class NotPrintedYet(Unavailable):
    """The filing has not been handled yet: the acceptance came early, and is tried again for as long as it takes."""


@dataclass(frozen=True, slots=True)
class OnPetitionAccepted:
    """Early: raises NotPrintedYet, and is tried again. Twice: the inbox claim lets one through."""

    engine: sa.Engine
    log: Log
    reader: Reader
    forms: Forms

    def __call__(self, envelope: Envelope, claim: Claim) -> None:
        accepted = self.reader.read(envelope)
        assert isinstance(accepted, PetitionAccepted)
        form = self.forms.find(petition_id=accepted.petition_id)
        if form is None:
            raise NotPrintedYet(str(accepted.petition_id))
        filed = self.reader.read(form.filed)
        assert isinstance(filed, PetitionFiled)
        attached = [AttachedFile(filename=a.filename, size=a.size) for a in self.forms.attachments(form.petition_id)]
        pdf = self.forms.print(filed, attached, accepted.officer.name)
        renewed = replace(form, officer=accepted.officer.name, vault_key=rendered_key(form.petition_id, "accepted"))
        self.forms.keep(renewed.vault_key, pdf)
        fact = DocumentRendered(
            petition_id=form.petition_id,
            number=form.number,
            document="accepted",
            vault_key=renewed.vault_key,
            sha256=hashlib.sha256(pdf).hexdigest(),
            size=len(pdf),
        )
        stream = stream_of(form.petition_id)
        with self.engine.begin() as transaction:
            if not claim(transaction):
                transaction.rollback()
                return
            version = self.log.load(transaction, stream)[-1].streamversion
            self.forms.save(transaction, renewed)
            append = Append(stream, version, [fact], caused_by(envelope, "documents"))
            self.log.append(transaction, self.log.seal([append]))
