"""Identity put together: what its gateway, relay and command line share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

import httpx
import sqlalchemy as sa

from services.identity.attempts import Attempts
from services.identity.erasing import Erasing
from services.identity.keys import SigningKeys
from services.identity.limits import LoginLimits
from services.identity.login_desk import LoginDesk
from services.identity.logouts import Logouts
from services.identity.member_desk import MemberDesk
from services.identity.people import People
from services.identity.provider.oidc import TIMEOUT, OidcProvider
from services.identity.provider.provider import IdentityProvider
from services.identity.sessions import Limits, Sessions
from services.identity.settings import SERVICE, IdentitySettings
from services.identity.staff_desk import StaffDesk
from shared.eventlog.keyring import PostgresKeyring
from shared.eventlog.log import Log
from shared.eventlog.reading import Reader
from shared.eventlog.sealing import Sealer
from shared.kernel.database import connect
from shared.messaging.feed import LogFeed
from shared.observing import health

BASE = "/api/identity/v1"


@dataclass(frozen=True, slots=True)
class Identity:
    """The parts of a running identity."""

    settings: IdentitySettings
    engine: sa.Engine
    log: Log
    feed: LogFeed
    keys: SigningKeys
    people: People
    sessions: Sessions
    members: MemberDesk
    staff: StaffDesk
    logins: LoginDesk
    logouts: Logouts
    limits: LoginLimits
    checks: dict[str, health.Check]
    close: Callable[[], None]


def build(settings: IdentitySettings, providers: Mapping[str, IdentityProvider] | None = None) -> Identity:
    """Connect to the database; a first signing key is made where there is none. Providers are asked nothing yet."""
    engine = connect(settings.identity_database_url)
    keyring_engine = connect(settings.keyring_database_url, size=2)
    keyring = PostgresKeyring(keyring_engine, settings.keyring_kek.get_secret_value())
    sealer, pepper = Sealer(keyring), settings.pepper.get_secret_value()
    log, reader = Log(SERVICE, sealer), Reader(sealer)
    keys = SigningKeys(settings.identity_keys_dir)
    keys.ensure()
    web = httpx.Client(timeout=TIMEOUT)
    known = _providers(settings, web) if providers is None else providers
    people, erasing = People(engine, sealer, pepper), Erasing(engine, keyring)
    sessions = Sessions(engine, pepper, _limits(settings))
    members, attempts = MemberDesk(engine, log, reader, people, erasing), Attempts(engine, pepper)

    def close() -> None:
        web.close()
        engine.dispose()
        keyring_engine.dispose()

    return Identity(
        settings=settings,
        engine=engine,
        log=log,
        feed=LogFeed(SERVICE, engine, log),
        keys=keys,
        people=people,
        sessions=sessions,
        members=members,
        staff=StaffDesk(engine, log, sealer, pepper),
        logins=LoginDesk(engine, log, known, attempts, people, sessions, members, erasing, pepper),
        logouts=Logouts(engine, known, pepper),
        limits=LoginLimits(settings, engine, SERVICE),
        checks={"identity database": health.database(engine), "signing key": keys.signing},
        close=close,
    )


def _limits(settings: IdentitySettings) -> Limits:
    return Limits(timedelta(minutes=settings.session_idle_minutes), timedelta(hours=settings.session_hours))


def _providers(settings: IdentitySettings, web: httpx.Client) -> dict[str, IdentityProvider]:
    """Each with a redirect URI of its own."""
    base = f"{settings.public_url}{BASE}"
    return {
        code: OidcProvider(each, f"{base}/callback/{code}", f"{base}/logged-out/{code}", web)
        for code, each in settings.identity_providers.items()
    }
