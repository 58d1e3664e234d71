"""A relay as a process: runs until SIGTERM."""

from __future__ import annotations

import signal

import sqlalchemy as sa

from shared.eventlog.log import Log
from shared.kernel.migrating import require_migrated
from shared.kernel.settings import MessagingSettings
from shared.messaging.declaring import declare
from shared.messaging.relay import Relay
from shared.messaging.topology import FACTS


def run_relay(service: str, engine: sa.Engine, log: Log, settings: MessagingSettings) -> None:
    """Publish the service's log; queues that are missing are made first. Raises TopologyDiffers."""
    require_migrated(service, engine)
    amqp_url = settings.amqp_url.get_secret_value()
    declare(amqp_url, FACTS.scaled(settings.retry_scale))
    relay = Relay(service, engine, log, amqp_url)
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: relay.stop())
    relay.run()
    engine.dispose()
