"""Each service's database has its own history, and no process starts on one that is behind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from shared.kernel.database import connect
from shared.kernel.migrating import KEYRING, NotMigrated, migrate, newest, require_migrated
from tests.support.gateways import change, rows, together
from tests.support.servers import MakeDatabase

SERVICES = ["intake", "tracking", "notification", "documents", "identity", "survey", "portal", KEYRING]


@contextmanager
def engine_of(url: str, role: str | None = "khamrong_app") -> Iterator[sa.Engine]:
    """A service's engine."""
    engine = connect(url, size=1, role=role)
    yield engine
    engine.dispose()


@pytest.mark.parametrize("service", SERVICES)
def test_an_empty_database_becomes_one_the_service_starts_on(service: str, make_database: MakeDatabase) -> None:
    url = make_database(service)
    with engine_of(url, role=None) as owner, pytest.raises(NotMigrated, match=service):
        require_migrated(service, owner)
    migrate(service, url)
    with engine_of(url) as engine:
        require_migrated(service, engine)


def test_processes_that_migrate_together_migrate_once(make_database: MakeDatabase) -> None:
    url = make_database()
    together(lambda _: migrate("documents", url), *range(4))
    migrate("documents", url)
    assert rows(url, "SELECT version_num FROM alembic_version") == [(newest("documents"),)]


def test_a_database_that_is_behind_is_named_with_both_versions(make_database: MakeDatabase) -> None:
    url = make_database()
    migrate("notification", url)
    change(url, "UPDATE alembic_version SET version_num = '0001'")
    with engine_of(url) as engine, pytest.raises(NotMigrated) as behind:
        require_migrated("notification", engine)
    assert str(behind.value).startswith(
        f"notification: the database is at 0001, the code needs {newest('notification')}"
    )


def test_large_values_are_compressed_by_lz4_where_the_server_can(make_database: MakeDatabase) -> None:
    url = make_database()
    migrate("documents", url)
    query = "SELECT setting, enumvals FROM pg_settings WHERE name = 'default_toast_compression'"
    ((used, possible),) = rows(url, query)
    assert used == ("lz4" if "lz4" in possible else "pglz")
