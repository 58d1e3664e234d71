"""Servers for tests: containers where a Docker engine answers, else child processes on ports of their own.

Each starts when the first test asks for it, once a worker, and needs no network but loopback.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.native.postgres import PostgresServer
from deploy.native.rabbitmq import RabbitBroker
from deploy.native.radosgw import RadosGateway
from shared.kernel.migrating import KEYRING
from tests.support.containers import (
    Containers,
    PostgresContainer,
    RabbitContainer,
    S3Container,
    chosen_ports,
    engine_answers,
)
from tests.support.gateways import Databases
from tests.support.servers import Broker, Database, MakeDatabase, ObjectStore, fresh_databases

os.environ["SSL_CERT_FILE"] = str(Path(__file__).parent / "support" / "trust.pem")
"""For this process and its children. No test speaks TLS; to read the world's 140 authorities takes a client 20 ms."""

MEMORY = Path("/dev/shm")
ROOM = 8 << 30
"""Octets that all servers of a run need, and to spare."""

if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
    # Servers that lose nothing when they are killed need no disk, and copy a database three times as fast.
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


@pytest.fixture(scope="session")
def containers(request: pytest.FixtureRequest) -> Containers | None:
    """The running compose project; None where no Docker engine answers."""
    if not engine_answers():
        return None
    ports = chosen_ports()
    command, file, project = (
        request.getfixturevalue(f"docker_compose_{part}") for part in ("command", "file", "project_name")
    )
    with pytest.MonkeyPatch.context() as environment:
        for name, port in ports.items():
            environment.setenv(name, port)
        request.getfixturevalue("docker_services")
    return Containers((*command.split(), "-f", file, "-p", project), ports)


@pytest.fixture(scope="session")
def server_folder() -> Iterator[Path]:
    """Where the child processes of this session keep their data."""
    with tempfile.TemporaryDirectory(prefix="khamrong-tests-") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def postgres(containers: Containers | None, server_folder: Path) -> Iterator[Database]:
    """A PostgreSQL that does not wait for the disk."""
    if containers:
        yield PostgresContainer(containers, "postgres")
    else:
        with PostgresServer(server_folder / "postgres", settings=["fsync=off"]) as server:
            yield server


@pytest.fixture(scope="session")
def rabbitmq(containers: Containers | None, server_folder: Path) -> Iterator[Broker]:
    """A RabbitMQ without queues."""
    if containers:
        yield RabbitContainer(containers, "rabbitmq")
    else:
        with RabbitBroker(server_folder / "rabbitmq") as broker:
            yield broker


@pytest.fixture(scope="session")
def s3(containers: Containers | None, server_folder: Path) -> Iterator[ObjectStore]:
    """An S3 server without buckets."""
    if containers:
        yield S3Container(containers, "s3")
    else:
        with RadosGateway(server_folder / "s3") as gateway:
            yield gateway


@pytest.fixture
def make_database(postgres: Database) -> Iterator[MakeDatabase]:
    """`make_database(name) -> url`: an empty database of its own, dropped after the test."""
    with fresh_databases(postgres) as make:
        yield make


@pytest.fixture(scope="session")
def make_lasting_database(postgres: Database) -> Iterator[MakeDatabase]:
    """As `make_database`, dropped at the end of the session."""
    with fresh_databases(postgres) as make:
        yield make


@pytest.fixture(scope="session")
def databases(make_lasting_database: MakeDatabase) -> Databases:
    """Makes migrated databases that last as long as the session."""
    return Databases(make_lasting_database)


@pytest.fixture
def migrated(databases: Databases, make_database: MakeDatabase) -> Callable[[str], str]:
    """`migrated(service) -> url`: a migrated database of its own, dropped after the test."""
    return lambda service: databases.make(service, make_database)


@pytest.fixture(scope="session")
def keyring_url(databases: Databases) -> str:
    """One keyring for all: each person has a key of their own."""
    return databases.make(KEYRING)
