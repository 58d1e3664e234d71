"""Migrations: each service has its own Alembic history for its own database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from shared.kernel.database import connect, run_script

if TYPE_CHECKING:
    from alembic.config import Config

KEYRING: Final = "keyring"
"""The keyring is no service, but has a database and a history of its own."""

_LOCK: Final = 0x6B68616D  # "kham": one migration of a database at a time

_COULD_BE_LZ4: Final = sa.text(
    "SELECT setting <> 'lz4' AND 'lz4' = ANY(enumvals) FROM pg_settings WHERE name = 'default_toast_compression'"
)
_COMPRESS: Final = """
DO $$ BEGIN
    EXECUTE format('ALTER DATABASE %I SET default_toast_compression = lz4', current_database());
EXCEPTION WHEN insufficient_privilege THEN
    NULL;  -- a database of somebody else: as good, and slower
END $$;
"""
"""Facts and rows hold ciphertext, which pglz leaves as it is, to be stored apart: writing them takes half the time."""


class NotMigrated(Exception):
    """The database is not at the version that this code needs."""


def configuration(service: str) -> Config:
    """Alembic's configuration for a service; its scripts are in `services/<service>/migrations`."""
    from alembic.config import Config  # as below

    config = Config()
    config.set_main_option("script_location", str(_folder(service)))
    config.set_main_option("version_path_separator", "os")
    return config


def migrate(service: str, url: str) -> None:
    """Bring the service's database to the newest version, as the login that owns it."""
    engine = connect(url, role=None)
    if _version(engine) != newest(service):
        _upgrade(service, engine)
    _prefer_lz4(engine)
    engine.dispose()


def _upgrade(service: str, engine: sa.Engine) -> None:
    from alembic import command  # weighs 10 MB, and running services do without

    with engine.begin() as transaction:
        transaction.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        config = configuration(service)
        config.attributes["connection"] = transaction
        command.upgrade(config, "head")


def _prefer_lz4(engine: sa.Engine) -> None:
    """For what is written from now on, by sessions that begin later; also in a database that was restored."""
    with engine.connect() as connection:
        if not connection.execute(_COULD_BE_LZ4).scalar_one():
            return
    with engine.begin() as transaction:
        transaction.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        run_script(transaction, _COMPRESS)


def require_migrated(service: str, engine: sa.Engine) -> None:
    """Raises NotMigrated unless the database is at the newest version."""
    wanted, found = newest(service), _version(engine)
    if found != wanted:
        raise NotMigrated(f"{service}: the database is at {found}, the code needs {wanted}; run `khamrong migrate`")


def _version(engine: sa.Engine) -> str | None:
    with engine.connect() as connection:
        if connection.execute(sa.text("SELECT to_regclass('public.alembic_version')")).scalar() is None:
            return None
        version: str | None = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
        return version


def newest(service: str) -> str:
    """The revision of the last script; scripts are named `v<revision>_<what>.py`."""
    scripts = (_folder(service) / "versions").glob("v*.py")
    return max(script.name[1:].partition("_")[0] for script in scripts)


def _folder(service: str) -> Path:
    root = Path(__file__).parents[2]
    return root / ("shared/eventlog" if service == KEYRING else f"services/{service}") / "migrations"
