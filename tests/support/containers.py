"""The same servers in containers (tests/docker-compose.yml), for machines where a Docker engine answers."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import psycopg
from psycopg import sql

from deploy.native.folder import free_port
from tests.support.servers import plain_url

USER: Final = "khamrong"
S3_SECRET: Final = "khamrong-secret"
PORTS: Final = ("POSTGRES", "AMQP", "MANAGEMENT", "S3")
HOST: Final = "127.0.0.1"


def engine_answers() -> bool:
    """Whether containers can be started here."""
    return shutil.which("docker") is not None and all(
        subprocess.run(["docker", *question], capture_output=True, check=False).returncode == 0
        for question in (["info"], ["compose", "version"])
    )


def chosen_ports() -> dict[str, str]:
    """A free port for each port variable of the compose file."""
    chosen: dict[str, str] = {}
    for name in PORTS:
        chosen[f"KHAMRONG_TEST_{name}_PORT"] = str(free_port(excluding=[int(port) for port in chosen.values()]))
    return chosen


@dataclass(frozen=True)
class Containers:
    """One compose project."""

    compose: tuple[str, ...]
    ports: Mapping[str, str]

    def port(self, name: str) -> int:
        return int(self.ports[f"KHAMRONG_TEST_{name}_PORT"])

    def run(self, *arguments: str) -> str:
        command = [*self.compose, *arguments]
        environment = os.environ | self.ports
        return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout


@dataclass(frozen=True)
class Container:
    """One service of the project."""

    containers: Containers
    name: str

    def start(self) -> None:
        self.containers.run("up", "--detach", "--wait", self.name)

    def stop(self) -> None:
        self.containers.run("stop", self.name)

    def kill(self) -> None:
        self.containers.run("kill", "--signal", "SIGKILL", self.name)

    def restart(self) -> None:
        self.stop()
        self.start()


class PostgresContainer(Container):
    """As `PostgresServer`."""

    def url(self, database: str = "postgres") -> str:
        return f"postgresql+psycopg://{USER}:{USER}@{HOST}:{self.containers.port('POSTGRES')}/{database}"

    def ensure_databases(self, names: Iterable[str]) -> None:
        with psycopg.connect(plain_url(self.url()), autocommit=True) as connection:
            present = {name for (name,) in connection.execute("SELECT datname FROM pg_database")}
            for name in sorted({*names} - present):
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


class RabbitContainer(Container):
    """As `RabbitBroker`."""

    username: Final = USER
    password: Final = USER

    @property
    def uri(self) -> str:
        return f"amqp://{USER}:{USER}@{HOST}:{self.containers.port('AMQP')}/%2F"

    @property
    def management_url(self) -> str:
        return f"http://{HOST}:{self.containers.port('MANAGEMENT')}"

    def ctl(self, *arguments: str) -> str:
        return self.containers.run("exec", "-T", self.name, "rabbitmqctl", "--quiet", *arguments)

    def settle(self) -> None:
        self.ctl("eval", "[dets:sync(Table) || Table <- dets:all()].")


class S3Container(Container):
    """As `RadosGateway`."""

    access_key: Final = USER
    secret_key: Final = S3_SECRET

    @property
    def endpoint(self) -> str:
        return f"{HOST}:{self.containers.port('S3')}"
