"""A relay as a process: runs until SIGTERM."""

from __future__ import annotations

import signal
from functools import partial

import sqlalchemy as sa

from shared.eventlog.log import Log
from shared.kernel.migrating import require_migrated
from shared.kernel.process import settle_memory
from shared.kernel.settings import MessagingSettings
from shared.messaging.declaring import declare
from shared.messaging.relay import Relay
from shared.messaging.topology import FACTS


def run_relay(service: str, engine: sa.Engine, log: Log, settings: MessagingSettings) -> None:
    """Publish the service's log; queues that are missing are made before each connection. Raises TopologyDiffers."""
    require_migrated(service, engine)
    amqp_url = settings.amqp_url.get_secret_value()
    topology = FACTS.scaled(settings.retry_scale)
    relay = Relay(service, engine, log, amqp_url, prepare=partial(declare, amqp_url, topology))
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: relay.stop())
    settle_memory()
    relay.run()
    engine.dispose()
