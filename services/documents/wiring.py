"""Documents put together: what its gateway, worker and relay share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from services.documents import (
    on_department_changed,
    on_petition_accepted,
    on_petition_claimed,
    on_petition_erased,
    on_petition_filed,
    on_uploads_named,
)
from services.documents.forms import Forms
from services.documents.settings import SERVICE, DocumentsSettings
from services.documents.uploads.scanning import Clamd, NoScanner, Scanner
from services.documents.uploads.waiting import Uploads
from services.documents.vault.folder_vault import FolderVault
from services.documents.vault.vault import Vault
from shared.eventlog.keyring import PostgresKeyring
from shared.eventlog.log import Log
from shared.eventlog.reading import Reader
from shared.eventlog.sealing import Sealer
from shared.gateway.accesses import Accesses
from shared.kernel.database import connect
from shared.messaging.feed import LogFeed
from shared.messaging.reaction import Desk, React
from shared.observing import health


@dataclass(frozen=True, slots=True)
class Documents:
    """The parts of a running documents service."""

    settings: DocumentsSettings
    engine: sa.Engine
    log: Log
    reader: Reader
    feed: LogFeed
    accesses: Accesses
    vault: Vault
    scanner: Scanner
    uploads: Uploads
    forms: Forms
    desk: Desk
    checks: dict[str, health.Check]
    close: Callable[[], None]


def build(settings: DocumentsSettings) -> Documents:
    """Connect to the databases and the vault; nothing is asked of them yet."""
    engine = connect(settings.documents_database_url)
    keys = connect(settings.keyring_database_url, size=4)
    sealer = Sealer(PostgresKeyring(keys, settings.keyring_kek.get_secret_value()))
    log, reader, vault, scanner = Log(SERVICE, sealer), Reader(sealer), _vault(settings), _scanner(settings)
    uploads, forms = Uploads(engine, vault), Forms(engine, log, reader, vault)
    reactions: dict[str, React] = {
        on_petition_filed.QUEUE: on_petition_filed.OnPetitionFiled(engine, log, reader, uploads, forms),
        on_petition_accepted.QUEUE: on_petition_accepted.OnPetitionAccepted(engine, log, reader, forms),
        on_uploads_named.QUEUE: on_uploads_named.OnUploadsNamed(engine, log, reader, uploads, forms),
        on_petition_claimed.QUEUE: on_petition_claimed.OnPetitionClaimed(engine, reader, forms),
        on_petition_erased.QUEUE: on_petition_erased.OnPetitionErased(engine, reader, uploads, forms),
        on_department_changed.QUEUE: on_department_changed.OnDepartmentChanged(engine, reader, forms),
    }

    def close() -> None:
        engine.dispose()
        keys.dispose()

    return Documents(
        settings=settings,
        engine=engine,
        log=log,
        reader=reader,
        feed=LogFeed(SERVICE, engine, log),
        accesses=Accesses(engine, log),
        vault=vault,
        scanner=scanner,
        uploads=uploads,
        forms=forms,
        desk=Desk(SERVICE, engine, reactions),
        checks={
            "documents database": health.database(engine),
            "keyring": health.database(keys),
            "vault": _must(vault.ready, "vault"),
            "malware scanner": _must(scanner.ready, "malware scanner"),
        },
        close=close,
    )


def _must(ready: Callable[[], bool], name: str) -> health.Check:
    def check() -> None:
        if not ready():
            raise ConnectionError(name)

    return check


def _vault(settings: DocumentsSettings) -> Vault:
    if settings.vault_folder is not None:
        return FolderVault(settings.vault_folder)
    from services.documents.vault.s3_vault import S3Vault  # the client weighs 15 MB where files are in a folder

    return S3Vault(
        settings.s3_endpoint,
        settings.s3_access_key.get_secret_value(),
        settings.s3_secret_key.get_secret_value(),
        settings.s3_bucket,
        secure=settings.s3_secure,
    )


def _scanner(settings: DocumentsSettings) -> Scanner:
    if not settings.clamd:
        return NoScanner()
    host, _, port = settings.clamd.rpartition(":")
    return Clamd(host, int(port))
