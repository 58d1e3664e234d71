"""When a petition is received, its form is printed again with the receiving officer's name."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Final

import sqlalchemy as sa

from services.documents.forms import Forms, rendered_key, stream_of
from shared.contracts.document import DocumentRendered
from shared.contracts.envelope import Envelope
from shared.contracts.petition import PetitionAccepted
from shared.eventlog.log import Append, Log, caused_by
from shared.eventlog.reading import Reader
from shared.messaging.reaction import Claim

QUEUE: Final = "documents.petition_accepted"


@dataclass(frozen=True, slots=True)
class OnPetitionAccepted:
    """Early: raises NotPrintedYet, and is tried again. Twice: the inbox claim lets one through. When the petitioner is
    erased while it is printed: raises ErasedMeanwhile, and the next try prints nothing of them."""

    engine: sa.Engine
    log: Log
    reader: Reader
    forms: Forms

    def __call__(self, envelope: Envelope, claim: Claim) -> None:
        accepted = self.reader.read(envelope)
        assert isinstance(accepted, PetitionAccepted)
        form = self.forms.printed(accepted.petition_id)
        filed = self.forms.filing(form)
        pdf = self.forms.print(filed, self.forms.enclosed(form), accepted.officer.name)
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
            self.forms.hold(transaction, form.filed, filed)
            self.forms.save(transaction, renewed)
            version = self.log.load(transaction, stream)[-1].streamversion
            append = Append(stream, version, [fact], caused_by(envelope, "documents"))
            self.log.append(transaction, self.log.seal([append]))
