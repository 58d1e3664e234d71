"""What becomes of the uploads that a fact names: attachments of its petition, or rejections with the reason. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.documents.uploads.waiting import Waiting
from shared.contracts.document import AttachmentRejected, AttachmentStored, Origin
from shared.contracts.fact import ERASED, Fact
from shared.contracts.petition import InformationProvided, NoteAdded, PetitionFiled, PetitionResolved

NamesUploads = InformationProvided | NoteAdded | PetitionResolved
"""The facts after a filing that name uploads."""


@dataclass(frozen=True, slots=True)
class Source:
    """Whose uploads they are, and whether staff publish the pictures among them."""

    origin: Origin = "petitioner"
    published: bool = False


def source_of(fact: NamesUploads) -> Source:
    """What tells of the work is published: photos of a resolution and of a public note (docs/adr/0009)."""
    match fact:
        case InformationProvided():
            return Source()
        case NoteAdded(visibility=visibility):
            return Source("staff", published=visibility == "public")
        case PetitionResolved():
            return Source("staff", published=True)


def named(uploads: Sequence[str]) -> list[UUID]:
    """The uploads that a fact names, each once; what is no upload id names nothing."""
    return list(dict.fromkeys(upload_id for upload_id in map(_uuid, uploads) if upload_id))


def is_picture(media_type: str) -> bool:
    """Whether it can be shown in a page."""
    return media_type.startswith("image/")


def is_erased(filed: PetitionFiled) -> bool:
    """Whether the petitioner was erased: nothing is kept with the petition any more."""
    return filed.petitioner.phone == ERASED


def attachments(
    filed: PetitionFiled, wanted: Sequence[UUID], kept: Sequence[Waiting], source: Source = Source()
) -> list[Fact]:
    """One fact for each upload that was named, in that order. Names of files are sealed for the petitioner."""
    by_id = {file.upload_id: file for file in kept}
    return [
        _stored(filed, file, source) if (file := by_id.get(upload_id)) else _rejected(filed, upload_id)
        for upload_id in wanted
    ]


def _stored(filed: PetitionFiled, file: Waiting, source: Source) -> AttachmentStored:
    return AttachmentStored(
        attachment_id=file.upload_id,
        petition_id=filed.petition_id,
        number=filed.number,
        subject_id=filed.subject_id,
        filename=file.filename,
        media_type=file.media_type,
        size=file.size,
        sha256=file.sha256,
        origin=source.origin,
        public=source.published and is_picture(file.media_type),
    )


def _rejected(filed: PetitionFiled, upload_id: UUID) -> AttachmentRejected:
    reason = "erased" if is_erased(filed) else "unknown_or_claimed"
    return AttachmentRejected(
        attachment_id=upload_id, petition_id=filed.petition_id, number=filed.number, reason=reason
    )


def _uuid(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        return None
