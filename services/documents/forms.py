"""The forms that can be printed: one row a petition, the PDF in the vault."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args
from uuid import UUID

import sqlalchemy as sa

from services.documents.attaching import is_erased
from services.documents.form.layout import AFTER_PROOF, AttachedFile, FormData, masked, source_json
from services.documents.printing import form_of, short_name
from services.documents.printing_press import printer
from services.documents.vault.vault import Vault, VaultUnavailable
from shared.contracts.document import AttachmentStored
from shared.contracts.envelope import Envelope
from shared.contracts.fact import ERASED
from shared.contracts.petition import PetitionFiled
from shared.eventlog.log import Log
from shared.eventlog.reading import Reader
from shared.messaging.reaction import Unavailable

MEDIA_TYPE: Final = "application/pdf"
_COLUMNS: Final = "petition_id, number, authority, department, tracking_code_hash, filed, officer, vault_key, member_id"
_BY_NUMBER: Final = sa.text(f"SELECT {_COLUMNS} FROM forms WHERE number = :number")
_BY_PETITION: Final = sa.text(f"SELECT {_COLUMNS} FROM forms WHERE petition_id = :petition_id")
_SAVE: Final = sa.text(
    f"INSERT INTO forms ({_COLUMNS}) VALUES (:petition_id, :number, :authority, :department, :tracking_code_hash,"
    " CAST(:filed AS jsonb), :officer, :vault_key, :member_id)"
    " ON CONFLICT (petition_id) DO UPDATE SET officer = excluded.officer, vault_key = excluded.vault_key"
)
_HAND_OVER: Final = sa.text(
    "UPDATE forms SET department = :department, department_version = :version"
    " WHERE petition_id = :petition_id AND department_version < :version"
)
_BY_ATTACHMENT: Final = sa.text(
    f"SELECT {_COLUMNS} FROM forms"
    " WHERE petition_id = (SELECT claimed_by FROM uploads WHERE upload_id = :attachment_id)"
)
_GIVE: Final = sa.text("UPDATE forms SET member_id = :member_id WHERE petition_id = :petition_id")
_HOLD: Final = sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:subject_id, 0))")

Document = Literal["filed", "accepted"]
"""After what the form was printed."""
DOCUMENTS: Final[tuple[Document, ...]] = get_args(Document)


class NotPrintedYet(Unavailable):
    """The filing has not been handled yet: what follows it came early, and is tried again for as long as it takes."""


class ErasedMeanwhile(Exception):
    """The petitioner was erased since the filing was read: what was made of it is made again, without them."""


@dataclass(frozen=True, slots=True)
class Form:
    """A printed form, and what is needed to print it again.

    `department` owns the petition now; `member_id` is whose it is, if a member's.
    """

    petition_id: UUID
    number: str
    authority: str
    department: str
    tracking_code_hash: str
    filed: Envelope
    officer: str | None
    vault_key: str
    member_id: UUID | None


def stream_of(petition_id: UUID) -> str:
    """The stream of a petition's documents."""
    return f"document-{petition_id}"


def rendered_key(petition_id: UUID, document: Document) -> str:
    """Where a form is kept: the same each time it is printed."""
    return f"forms/{petition_id}/{document}.pdf"


class Forms:
    """Prints, keeps and finds forms. Printing the same again gives the same octets."""

    def __init__(self, engine: sa.Engine, log: Log, reader: Reader, vault: Vault) -> None:
        self._engine, self._log, self._reader, self._vault = engine, log, reader, vault

    def find(self, *, number: str | None = None, petition_id: UUID | None = None) -> Form | None:
        """The form of a petition; None until it was printed."""
        if number is not None:
            return self._found(_BY_NUMBER, number=number)
        return self._found(_BY_PETITION, petition_id=petition_id)

    def attachment(self, attachment_id: UUID) -> tuple[Form, AttachmentStored] | None:
        """An attachment, and the form of the petition that it belongs to."""
        form = self._found(_BY_ATTACHMENT, attachment_id=attachment_id)
        if form is None:
            return None
        files = self.attachments(form.petition_id)
        return form, next(file for file in files if file.attachment_id == attachment_id)

    def printed(self, petition_id: UUID) -> Form:
        """The form of a petition. Raises NotPrintedYet."""
        form = self.find(petition_id=petition_id)
        if form is None:
            raise NotPrintedYet(str(petition_id))
        return form

    def hold(self, transaction: sa.Connection, envelope: Envelope, filed: PetitionFiled) -> None:
        """Keep others who change documents of this petitioner waiting until the transaction ends; their erasure too.

        `filed` is the envelope's fact as it was read before. Raises ErasedMeanwhile.
        """
        transaction.execute(_HOLD, {"subject_id": str(filed.subject_id)})
        if is_erased(self._filed(envelope)) != is_erased(filed):
            raise ErasedMeanwhile

    def await_others(self, subject_id: UUID) -> None:
        """Wait for those who `hold` documents of this petitioner."""
        with self._engine.begin() as transaction:
            transaction.execute(_HOLD, {"subject_id": str(subject_id)})

    def give_to(self, transaction: sa.Connection, petition_id: UUID, member_id: UUID) -> None:
        """From now on the form is this member's."""
        transaction.execute(_GIVE, {"petition_id": petition_id, "member_id": member_id})

    def save(self, transaction: sa.Connection, form: Form) -> None:
        """Remember the form, in the caller's transaction."""
        row = {name: getattr(form, name) for name in Form.__slots__}
        transaction.execute(_SAVE, row | {"filed": form.filed.model_dump_json()})

    def hand_over(self, transaction: sa.Connection, petition_id: UUID, department: str, version: int) -> None:
        """The department owns the petition since this version of its stream, unless a later one is known."""
        transaction.execute(_HAND_OVER, {"petition_id": petition_id, "department": department, "version": version})

    def attachments(self, petition_id: UUID) -> list[AttachmentStored]:
        """What is attached to the petition, as its facts tell."""
        with self._engine.connect() as connection:
            envelopes = self._log.load(connection, stream_of(petition_id))
        return [fact for fact in self._reader.read_all(envelopes) if isinstance(fact, AttachmentStored)]

    def enclosed(self, form: Form) -> list[AttachedFile]:
        """The petitioner's own attachments, as the form lists them."""
        own = (file for file in self.attachments(form.petition_id) if file.origin == "petitioner")
        return [AttachedFile(filename=file.filename, size=file.size) for file in own]

    def print(self, filed: PetitionFiled, attached: Sequence[AttachedFile], officer: str | None = None) -> bytes:
        """The whole form as PDF."""
        return self._printed(form_of(filed, attached, officer))

    def print_masked(self, form: Form) -> bytes:
        """The form without what tells about the petitioner; printed anew each time and kept nowhere."""
        filed = self.filing(form)
        instead = ERASED if is_erased(filed) else AFTER_PROOF
        return self._printed(masked(self._form_data(form, filed), short_name(filed.petitioner), instead))

    def whole(self, form: Form) -> bytes:
        """The whole form, from the vault; printed anew, with nothing personal left, when the petitioner was erased.

        Raises NotInVault, VaultUnavailable.
        """
        filed = self.filing(form)
        if is_erased(filed):
            return self._printed(self._form_data(form, filed))
        return self._vault.get(form.vault_key)

    def keep(self, key: str, pdf: bytes) -> None:
        """Put a printed form into the vault. Raises Unavailable: it is tried again until the vault answers."""
        try:
            self._vault.put(key, pdf, MEDIA_TYPE)
        except VaultUnavailable as error:
            raise Unavailable("vault") from error

    def remove(self, petition_id: UUID) -> None:
        """Delete what was printed for the petition; the form stays, without its petitioner. Raises VaultUnavailable."""
        for document in DOCUMENTS:
            self._vault.delete(rendered_key(petition_id, document))

    def filing(self, form: Form) -> PetitionFiled:
        """What the petitioner filed; erased where the person was erased."""
        return self._filed(form.filed)

    def _filed(self, envelope: Envelope) -> PetitionFiled:
        filed = self._reader.read(envelope)
        assert isinstance(filed, PetitionFiled)
        return filed

    def _found(self, query: sa.TextClause, **values: str | UUID | None) -> Form | None:
        with self._engine.connect() as connection:
            row = connection.execute(query, values).mappings().one_or_none()
        return Form(**{**row, "filed": Envelope.model_validate(row["filed"])}) if row else None

    def _form_data(self, form: Form, filed: PetitionFiled) -> FormData:
        return form_of(filed, self.enclosed(form), form.officer)

    def _printed(self, form: FormData) -> bytes:
        return printer().print(form, source_json(form))
