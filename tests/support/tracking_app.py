"""Tracking's gateway over a database, with callers of every kind."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, Final

from fastapi import FastAPI
from fastapi.testclient import TestClient
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from services.tracking.gateway import gateway
from services.tracking.settings import TrackingSettings
from services.tracking.wiring import Tracking, build
from shared.eventlog.keyring import PostgresKeyring
from shared.gateway.app import create_app
from shared.gateway.tokens import AUDIENCE, ISSUER, Gatekeeper
from shared.kernel import clock
from shared.kernel.database import connect
from tests.support.feeds import Logs
from tests.support.tracking import PEPPER, TrackingDatabase

_KEK: Final = b"k" * 32
CAPABILITY_KEY: Final = b"c" * 32
_KEY: Final = ECKey.generate_key("P-256", parameters={"kid": "sample"})


@dataclass(frozen=True)
class Installation:
    """A tracking database, the keyring, and the logs it follows. Each `app` is an instance of its own."""

    database: TrackingDatabase
    keyring_url: str
    logs: Logs
    stack: ExitStack

    def catch_up(self) -> None:
        """Bring the read models to where the logs are."""
        self.database.runner(self.logs).catch_up()

    def app(self, **changed: Any) -> FastAPI:
        """One more process, as it were; `changed` settings."""
        tracking = build(self.settings(**changed), self.logs.feeds)
        self.stack.callback(tracking.close)
        return create_app(gateway(tracking), Gatekeeper(lambda _: KeySet([_KEY])))

    def client(self, app: FastAPI, address: str = "203.0.113.7") -> TestClient:
        """A client at an address."""
        return TestClient(app, client=(address, 40_000))

    def settings(self, **changed: Any) -> TrackingSettings:
        """Settings of a process."""
        return TrackingSettings(
            tracking_database_url=self.database.url,
            keyring_database_url=self.keyring_url,
            keyring_kek=base64.b64encode(_KEK).decode(),
            pepper=base64.b64encode(PEPPER).decode(),
            capability_key=base64.b64encode(CAPABILITY_KEY).decode(),
            **changed,
        )


def tracking_in(app: FastAPI) -> Tracking:
    """The parts behind an app."""
    tracking: Tracking = app.state.tracking
    return tracking


def staff(authority: str = "kathu", role: str = "officer", **more: str) -> dict[str, str]:
    """Headers with the token of a member of staff; more claims where given."""
    now = int(clock.now().timestamp())
    claims = {"sub": "staff-1", "role": role, "authority": authority, "iss": ISSUER, "aud": AUDIENCE}
    claims |= {"iat": now, "exp": now + 600, **more}
    return {
        "Authorization": f"Bearer {jwt.encode({'alg': 'ES256', 'kid': 'sample'}, claims, _KEY, algorithms=['ES256'])}"
    }


@contextmanager
def installation(database: TrackingDatabase, keyring_url: str) -> Iterator[Installation]:
    """An installation with an empty log and a migrated keyring."""
    engine = connect(keyring_url)
    with ExitStack() as stack:
        stack.callback(engine.dispose)
        yield Installation(database, keyring_url, Logs(PostgresKeyring(engine, _KEK)), stack)
