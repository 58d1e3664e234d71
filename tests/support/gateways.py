"""Services over migrated databases, behind their gateways, with callers of every kind."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Final

import httpx
import sqlalchemy as sa
from fastapi.testclient import TestClient
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from shared.eventlog.keyring import PostgresKeyring
from shared.gateway.app import Gateway, create_app
from shared.gateway.tokens import AUDIENCE, ISSUER, Gatekeeper
from shared.kernel import clock
from shared.kernel.database import connect
from shared.kernel.migrating import migrate
from tests.support.servers import MakeDatabase, plain_url

KEK: Final = b"k" * 32
PEPPER: Final = b"p" * 32
CAPABILITY_KEY: Final = b"c" * 32
PUBLIC_URL: Final = "https://khamrong.example"
HOURS: Final = 6 * 3600
"""How long tokens of tests are good: some are made when the tests are collected, and a whole run takes its time."""
OFFICER: Final = "เจ้าหน้าที่ ตัวอย่าง"
PROBLEM: Final = "application/problem+json"
SIGNING_KEY: Final = ECKey.generate_key("P-256", parameters={"kid": "sample"})
GATEKEEPER: Final = Gatekeeper(lambda _: KeySet([SIGNING_KEY]))


def base64_of(octets: bytes) -> str:
    """As keys stand in settings."""
    return base64.b64encode(octets).decode()


class Databases:
    """Makes migrated databases: each service is migrated once, then copied."""

    def __init__(self, make: MakeDatabase) -> None:
        self._make = make
        self._templates: dict[str, str] = {}

    def make(self, service: str, make: MakeDatabase | None = None) -> str:
        """The URL of a migrated database of its own, made by `make` where that is given."""
        if service not in self._templates:
            url = self._make(f"{service}_template")
            migrate(service, url)
            self._templates[service] = url.rpartition("/")[2]
        return (make or self._make)(service, template=self._templates[service])


def signed(claims: dict[str, Any], key: ECKey = SIGNING_KEY) -> str:
    """A token with exactly these claims."""
    return jwt.encode({"alg": "ES256", "kid": key.kid}, claims, key, algorithms=["ES256"])


def claims_of(role: str, authority: str = "kathu", **changed: Any) -> dict[str, Any]:
    """The claims of a valid token."""
    now = int(clock.now().timestamp())
    usual = {"sub": "staff-1", "name": OFFICER, "iss": ISSUER, "aud": AUDIENCE, "iat": now, "exp": now + HOURS}
    scope = {"scope": "log"} if role == "service" else {}
    return {**usual, **scope, "role": role, "authority": authority, **changed}


def bearing(token: str) -> dict[str, str]:
    """The header that carries a token."""
    return {"Authorization": f"Bearer {token}"}


def staff(role: str = "officer", authority: str = "kathu", **changed: Any) -> dict[str, str]:
    """Headers of a member of staff."""
    return bearing(signed(claims_of(role, authority, **changed)))


@contextmanager
def calling(gateway: Gateway, gatekeeper: Gatekeeper = GATEKEEPER) -> Iterator[TestClient]:
    """A client of the gateway; at the end the service is closed."""
    with TestClient(create_app(gateway, gatekeeper), raise_server_exceptions=False) as client:
        yield client


def together(work: Any, *arguments: Any, threads: int = 8) -> list[Any]:
    """The results of the work on each argument, in their order; as many at once as there are threads."""
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, arguments))


def raised_by(work: Callable[..., object], *arguments: object) -> str:
    """The name of what the work raised; empty when it was done."""
    try:
        work(*arguments)
    except Exception as error:  # noqa: BLE001  whatever it was, the test says what it may be
        return type(error).__name__
    return ""


def assert_problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    """The body of an RFC 9457 answer with that status."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == PROBLEM
    body: dict[str, Any] = answer.json()
    assert body["status"] == status
    assert {"type", "title", "detail"} <= body.keys()
    return body


def fields_of(problem: dict[str, Any]) -> set[str]:
    """Which fields a problem names."""
    return {error["field"] for error in problem["errors"]}


def rows(url: str, sql: str, **parameters: Any) -> list[Any]:
    """What a query finds, asked with the login's own rights."""
    engine = connect(url, size=1, role=None)
    with engine.begin() as connection:
        found = [tuple(row) for row in connection.execute(sa.text(sql), parameters)]
    engine.dispose()
    return found


def change(url: str, sql: str) -> None:
    """Change something with the login's own rights."""
    engine = connect(url, size=1, role=None)
    with engine.begin() as connection:
        connection.execute(sa.text(sql))
    engine.dispose()


def facts_in(url: str) -> list[str]:
    """The types of all facts in a log, in order."""
    return [kind for (kind,) in rows(url, "SELECT type FROM eventlog.facts ORDER BY position")]


def raw_log(url: str) -> str:
    """A log as it is stored, as text: what anybody would read who had the database."""
    return "\n".join(text for (text,) in rows(url, "SELECT f::text FROM eventlog.facts AS f ORDER BY position"))


def erase(keyring_url: str, subject: Any) -> None:
    """Destroy a person's key."""
    engine = connect(keyring_url, size=1)
    PostgresKeyring(engine, KEK).erase(subject)
    engine.dispose()


@contextmanager
def unreachable(url: str) -> Iterator[None]:
    """The database answers nobody, as if its server were gone."""
    server, _, name = plain_url(url).rpartition("/")
    admin = f"{server}/postgres".replace("postgresql://", "postgresql+psycopg://")
    _allow(admin, name, "false")
    rows(admin, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name", name=name)
    try:
        yield
    finally:
        _allow(admin, name, "true")


def _allow(admin: str, name: str, value: str) -> None:
    engine = connect(admin, size=1, role=None).execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS {value}'))
    engine.dispose()
