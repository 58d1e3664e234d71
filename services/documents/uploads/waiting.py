"""Uploads that wait to be claimed by a petition, and what becomes of those that never are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

import sqlalchemy as sa
import structlog

from services.documents.vault.vault import Vault
from shared.kernel import clock, ids

if TYPE_CHECKING:
    from services.documents.uploads.accepting import AcceptedUpload

SWEEP_BATCH: Final = 500
_KEEP: Final = sa.text(
    "INSERT INTO uploads (upload_id, filename, media_type, size, sha256, uploaded_at)"
    " VALUES (:upload_id, :filename, :media_type, :size, :sha256, :uploaded_at)"
)
_LOCK: Final = sa.text(
    "SELECT upload_id, filename, media_type, size, sha256, claimed_by FROM uploads"
    " WHERE upload_id = ANY(:upload_ids) AND swept_at IS NULL ORDER BY upload_id FOR UPDATE"
)
_CLAIM: Final = sa.text(
    "UPDATE uploads SET claimed_by = :petition_id, authority = :authority, filename = ''"
    " WHERE upload_id = ANY(:upload_ids)"
)
_CONDEMN: Final = sa.text(
    "UPDATE uploads SET swept_at = now() WHERE upload_id IN (SELECT upload_id FROM uploads WHERE claimed_by IS NULL"
    " AND uploaded_at < :before ORDER BY uploaded_at LIMIT :most FOR UPDATE SKIP LOCKED) RETURNING upload_id"
)
_OF_PETITION: Final = sa.text("SELECT upload_id FROM uploads WHERE claimed_by = :petition_id ORDER BY upload_id")
_FORGET: Final = sa.text("DELETE FROM uploads WHERE upload_id = :upload_id AND swept_at IS NOT NULL")
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An upload as the table has it."""

    upload_id: UUID
    filename: str
    media_type: str
    size: int
    sha256: str
    claimed_by: UUID | None


class Uploads:
    """Guarantee: an upload that was answered with an id is in the vault; one that no petition claims within the time is
    removed from table and vault."""

    def __init__(self, engine: sa.Engine, vault: Vault) -> None:
        self._engine, self._vault = engine, vault

    def keep(self, upload: AcceptedUpload) -> UUID:
        """Record first, then store: what dies between leaves a row, and the sweep finds files by their rows."""
        upload_id = ids.new_id()
        row = {"upload_id": upload_id, "uploaded_at": clock.now(), "filename": upload.filename}
        with self._engine.begin() as transaction:
            measured = {"media_type": upload.media_type, "size": upload.size, "sha256": upload.sha256}
            transaction.execute(_KEEP, row | measured)
        self._vault.put(vault_key(upload_id), upload.content, upload.media_type)
        return upload_id

    def lock(self, transaction: sa.Connection, upload_ids: Sequence[UUID]) -> dict[UUID, Waiting]:
        """The uploads that exist, kept from the sweep and from other petitions until the transaction ends."""
        rows = transaction.execute(_LOCK, {"upload_ids": list(upload_ids)})
        return {row.upload_id: Waiting(*row) for row in rows}

    def claim(self, transaction: sa.Connection, upload_ids: Sequence[UUID], petition_id: UUID, authority: str) -> None:
        """They belong to the petition now; the name is in the petition's fact, sealed, and no longer here."""
        owner = {"petition_id": petition_id, "authority": authority}
        transaction.execute(_CLAIM, {"upload_ids": list(upload_ids), **owner})

    def remove(self, petition_id: UUID) -> int:
        """Delete the files that the petition has, and after each its preview; how many. Raises VaultUnavailable.

        The rows stay: they tell that there was a file. Deleting again is no error.
        """
        with self._engine.connect() as connection:
            upload_ids = list(connection.execute(_OF_PETITION, {"petition_id": petition_id}).scalars())
        for upload_id in upload_ids:
            self._vault.delete(vault_key(upload_id))
            self._vault.delete(preview_key(upload_id))
        return len(upload_ids)

    def sweep(self, older_than: timedelta) -> int:
        """Remove uploads that nobody claimed in time, at most `SWEEP_BATCH`; how many. Raises VaultUnavailable.

        First nobody can claim them, then the file goes, then the row: what dies between is swept the next time.
        """
        before = {"before": clock.now() - older_than, "most": SWEEP_BATCH}
        with self._engine.begin() as transaction:
            stale = list(transaction.execute(_CONDEMN, before).scalars())
        for upload_id in stale:
            self._vault.delete(vault_key(upload_id))
            with self._engine.begin() as transaction:
                transaction.execute(_FORGET, {"upload_id": upload_id})
        if stale:
            _log.info("uploads_swept", count=len(stale))
        return len(stale)


def vault_key(upload_id: UUID) -> str:
    """Where an upload is kept, claimed or not."""
    return f"uploads/{upload_id}"


def preview_key(upload_id: UUID) -> str:
    """Where the preview of an upload is kept: to be deleted with it."""
    return f"previews/{upload_id}"


def logo_key(name: str) -> str:
    """Where the logo of an authority is kept; it waits for nobody, and is never swept."""
    return f"logos/{name}"
