"""The logs of an installation, opened for reading."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from khamrong.databases import database_urls
from khamrong.installation import WITH_LOG
from shared.eventlog.keyring import MemoryKeyring
from shared.eventlog.log import Log
from shared.eventlog.sealing import Sealer
from shared.kernel.database import connect
from shared.messaging.feed import LogFeed


def engines(services: Sequence[str] | None = None) -> dict[str, sa.Engine]:
    """An engine for each service's log, or for the named ones. Raises KeyError for a service without a log."""
    urls = database_urls()
    wanted = services or WITH_LOG
    unknown = set(wanted) - set(WITH_LOG)
    if unknown:
        raise KeyError(f"no log of {', '.join(sorted(unknown))}")
    return {service: connect(urls[service], size=1) for service in wanted}


def feeds() -> dict[str, LogFeed]:
    """The feed of each log. Personal fields stay sealed: no key is at hand."""
    sealer = Sealer(MemoryKeyring())
    return {service: LogFeed(service, engine, Log(service, sealer)) for service, engine in engines().items()}
