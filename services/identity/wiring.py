"""Identity put together: what its gateway, relay and command line share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from services.identity.keys import SigningKeys
from services.identity.settings import IdentitySettings
from shared.eventlog.keyring import PostgresKeyring
from shared.eventlog.log import Log
from shared.eventlog.sealing import Sealer
from shared.kernel.database import connect
from shared.messaging.feed import LogFeed
from shared.observing import health

SERVICE = "identity"


@dataclass(frozen=True, slots=True)
class Identity:
    """The parts of a running identity."""

    settings: IdentitySettings
    engine: sa.Engine
    log: Log
    feed: LogFeed
    keys: SigningKeys
    checks: dict[str, health.Check]
    close: Callable[[], None]


def build(settings: IdentitySettings) -> Identity:
    """Connect to the database; a first signing key is made where there is none."""
    engine = connect(settings.identity_database_url)
    keyring = connect(settings.keyring_database_url, size=2)
    log = Log(SERVICE, Sealer(PostgresKeyring(keyring, settings.keyring_kek.get_secret_value())))
    keys = SigningKeys(settings.identity_keys_dir)
    keys.ensure()

    def close() -> None:
        engine.dispose()
        keyring.dispose()

    checks = {"identity database": health.database(engine), "signing key": keys.signing}
    return Identity(settings, engine, log, LogFeed(SERVICE, engine, log), keys, checks, close)
