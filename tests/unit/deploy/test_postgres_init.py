"""deploy/postgres/init.sql makes the databases of an installation, and a login for each service."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from deploy.native.postgres import PostgresServer
from deploy.native.postgres_binaries import find_binaries
from deploy.native.processes import ChildFailed, run
from khamrong.installation import SERVICES, database_of, databases
from shared.kernel.database import APPLICATION_ROLE
from shared.kernel.migrating import KEYRING, migrate
from tests.unit.deploy.compose_files import ROOT, services, variables

SCRIPT = ROOT / "deploy" / "postgres" / "init.sql"
WITHOUT_KEYS = frozenset({"portal"})
"""It opens nothing that is sealed for a person."""
DENIED = "permission denied for database"


def test_it_makes_the_databases_of_an_installation() -> None:
    assert re.findall(r"^CREATE DATABASE (\w+);$", SCRIPT.read_text(), re.MULTILINE) == databases()


def test_it_is_given_every_password_that_it_reads() -> None:
    read = set(re.findall(r"^\\getenv \w+ (\w+)$", SCRIPT.read_text(), re.MULTILINE))
    assert read == {f"{service.upper()}_DATABASE_PASSWORD" for service in SERVICES}
    assert read <= set(services()["postgres"]["environment"])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """A server on which the script has run."""
    with PostgresServer(tmp_path_factory.mktemp("postgres"), settings=("fsync=off",)) as started:
        initialise(started, variables())
        yield started


def initialise(server: PostgresServer, known: dict[str, str]) -> None:
    """As the entrypoint of the postgres image runs it."""
    psql = find_binaries().folder / "psql"
    command = [str(psql), "-v", "ON_ERROR_STOP=1", "--no-psqlrc", "--username=khamrong", "--dbname=postgres"]
    address = {"PGHOST": "127.0.0.1", "PGPORT": str(server.port), "PGPASSWORD": server.password, "PATH": os.defpath}
    run([*command, "-f", str(SCRIPT)], directory=Path("/"), environment=known | address)


def connected(server: PostgresServer, service: str, database: str) -> psycopg.Connection:
    """As the service connects: with its own login, in the role that every service takes."""
    return psycopg.connect(
        host="127.0.0.1",
        port=server.port,
        user=f"khamrong_{service}",
        password=variables()[f"{service.upper()}_DATABASE_PASSWORD"],
        dbname=database,
        options=f"-c role={APPLICATION_ROLE}",
    )


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_reaches_its_own_database_and_the_keyring_alone(server: PostgresServer, service: str) -> None:
    own = {database_of(service), database_of(KEYRING)} - ({database_of(KEYRING)} if service in WITHOUT_KEYS else set())
    for database in own:
        with connected(server, service, database) as connection:
            assert connection.execute("SELECT current_user").fetchone() == (APPLICATION_ROLE,)
    for database in {*databases(), "postgres"} - own:
        with pytest.raises(psycopg.OperationalError, match=DENIED):
            connected(server, service, database)


@pytest.mark.parametrize("service", SERVICES)
def test_after_the_owner_has_migrated_a_service_may_work_and_not_rebuild(server: PostgresServer, service: str) -> None:
    migrate(service, server.url(database_of(service)))
    migrate(KEYRING, server.url(database_of(KEYRING)))
    with connected(server, service, database_of(service)) as connection:
        assert connection.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("DROP TABLE alembic_version")
    if service not in WITHOUT_KEYS:
        with connected(server, service, database_of(KEYRING)) as connection:
            assert connection.execute("SELECT count(*) FROM subject_keys").fetchone() is not None


def test_without_a_password_it_stops(tmp_path: Path) -> None:
    with PostgresServer(tmp_path / "postgres", settings=("fsync=off",)) as fresh:
        incomplete = {name: value for name, value in variables().items() if name != "SURVEY_DATABASE_PASSWORD"}
        with pytest.raises(ChildFailed):
            initialise(fresh, incomplete)
