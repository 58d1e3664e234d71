"""Migrations: each service has its own Alembic history for its own database."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from shared.kernel.database import connect

KEYRING: Final = "keyring"
"""The keyring is no service, but has a database and a history of its own."""

_LOCK: Final = 0x6B68616D  # "kham": one migration of a database at a time


class NotMigrated(Exception):
    """The database is not at the version that this code needs."""


def configuration(service: str) -> Config:
    """Alembic's configuration for a service; its scripts are in `services/<service>/migrations`."""
    config = Config()
    config.set_main_option("script_location", str(_folder(service)))
    config.set_main_option("version_path_separator", "os")
    return config


def migrate(service: str, url: str) -> None:
    """Bring the service's database to the newest version, as the login that owns it."""
    engine = connect(url, role=None)
    with engine.begin() as transaction:
        transaction.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        config = configuration(service)
        config.attributes["connection"] = transaction
        command.upgrade(config, "head")
    engine.dispose()


def require_migrated(service: str, engine: sa.Engine) -> None:
    """Raises NotMigrated unless the database is at the newest version."""
    wanted = ScriptDirectory.from_config(configuration(service)).get_current_head()
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    if found != wanted:
        raise NotMigrated(f"{service}: the database is at {found}, the code needs {wanted}; run `khamrong migrate`")


def _folder(service: str) -> Path:
    root = Path(__file__).parents[2]
    return root / ("shared/eventlog" if service == KEYRING else f"services/{service}") / "migrations"
