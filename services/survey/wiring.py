"""Survey put together: so far its log and the feed of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from services.survey.settings import SurveySettings
from shared.eventlog.keyring import PostgresKeyring
from shared.eventlog.log import Log
from shared.eventlog.sealing import Sealer
from shared.kernel.database import connect
from shared.messaging.feed import LogFeed
from shared.observing import health

SERVICE = "survey"


@dataclass(frozen=True, slots=True)
class Survey:
    """The parts of a running survey."""

    engine: sa.Engine
    log: Log
    feed: LogFeed
    checks: dict[str, health.Check]
    close: Callable[[], None]


def build(settings: SurveySettings) -> Survey:
    """Connect to the databases; nothing is asked of them yet."""
    engine = connect(settings.survey_database_url)
    keys = connect(settings.keyring_database_url, size=2)
    log = Log(SERVICE, Sealer(PostgresKeyring(keys, settings.keyring_kek.get_secret_value())))

    def close() -> None:
        engine.dispose()
        keys.dispose()

    return Survey(engine, log, LogFeed(SERVICE, engine, log), {"survey database": health.database(engine)}, close)
