"""What documents tells: attachments that are kept, forms that can be printed, and who of the staff opened them."""

from __future__ import annotations

from typing import Annotated, ClassVar, Final, Literal
from uuid import UUID

from shared.contracts.fact import PERSONAL, Fact

UPLOAD_MOST_BYTES: Final = 5 * 1024 * 1024
"""A file of this size may be uploaded; one byte more is refused."""
UPLOAD_EXTENSIONS: Final = ("jpg", "jpeg", "png", "doc", "docx", "pdf", "xls", "xlsx")
"""What the name of an upload may end in."""

Origin = Literal["petitioner", "staff"]


class AttachmentStored(Fact):
    """An upload was claimed by a petition and is kept with it. `origin` is who gave it.

    `public`: a picture that staff publish for whoever follows the petition.
    """

    TYPE: ClassVar[str] = "attachment.stored"
    attachment_id: UUID
    petition_id: UUID
    number: str
    subject_id: UUID
    filename: Annotated[str, PERSONAL]
    media_type: str
    size: int
    sha256: str
    origin: Origin = "petitioner"
    public: bool = False


class AttachmentRejected(Fact):
    """A petition named an upload that cannot be kept with it: unknown, swept, or claimed by another."""

    TYPE: ClassVar[str] = "attachment.rejected"
    attachment_id: UUID
    petition_id: UUID
    number: str
    reason: str


class DocumentRendered(Fact):
    """The official form is in the vault. `sha256` is that of the PDF, 64 hexadecimal digits; `size` in octets."""

    TYPE: ClassVar[str] = "document.rendered"
    petition_id: UUID
    number: str
    document: str
    vault_key: str
    sha256: str
    size: int


class DocumentOpened(Fact):
    """A member of staff, the envelope's actor, was given the form with its petitioner in clear, or a file of the
    petition that is not published: `attachment_id` tells which. Committed before it is given."""

    TYPE: ClassVar[str] = "document.opened"
    access_id: UUID
    petition_id: UUID
    number: str
    authority: str
    role: str
    document: Literal["petition_form", "attachment"]
    attachment_id: UUID | None = None
