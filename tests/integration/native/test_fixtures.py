"""What the session's servers promise to tests."""

from __future__ import annotations

import re
from pathlib import Path

import psycopg
import yaml

from tests.support.containers import PORTS, chosen_ports
from tests.support.servers import Database, MakeDatabase, fresh_databases, plain_url

COMPOSE = Path(__file__).parents[2] / "docker-compose.yml"


def names(server: Database) -> set[str]:
    with psycopg.connect(plain_url(server.url())) as connection:
        return {name for (name,) in connection.execute("SELECT datname FROM pg_database")}


def test_databases_are_distinct_and_dropped_even_when_in_use(postgres: Database) -> None:
    before = names(postgres)
    with fresh_databases(postgres) as make:
        urls = {make("intake"), make("intake"), make("a-name-that-is-longer-than-what-an-identifier-may-be")}
        assert len(urls) == 3
        assert len(names(postgres)) == len(before) + 3
        held = psycopg.connect(plain_url(next(iter(urls))))
    assert names(postgres) == before
    held.close()


def test_a_database_may_be_copied(make_database: MakeDatabase) -> None:
    original = make_database("original")
    with psycopg.connect(plain_url(original)) as connection:
        connection.execute("CREATE TABLE note AS SELECT 1 AS number")
    with psycopg.connect(plain_url(make_database("copy", template=original.rsplit("/", 1)[1]))) as connection:
        assert connection.execute("SELECT number FROM note").fetchone() == (1,)


def test_containers_listen_on_loopback_ports_that_the_tests_choose() -> None:
    services = yaml.safe_load(COMPOSE.read_text())["services"]
    published = [port for service in services.values() for port in service["ports"]]
    found = [re.fullmatch(r"127\.0\.0\.1:\$\{(KHAMRONG_TEST_\w+_PORT):-0\}:\d+", port) for port in published]
    assert {match.group(1) for match in found if match} == set(chosen_ports())
    assert len(found) == len(PORTS)
    assert all(":" in service["image"] and "healthcheck" in service for service in services.values())
