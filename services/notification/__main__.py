"""`python -m services.notification api|worker|relay`: the processes of notification."""

from __future__ import annotations

import sys

from shared.kernel.lean import leave_out_terminals

leave_out_terminals()
if sys.argv[1:2] == ["worker"]:
    from shared.messaging.green import patch

    patch()

from services.notification.settings import SERVICE, NotificationSettings
from shared.kernel.process import Address, run_role
from shared.kernel.settings import MessagingSettings, load, load_both


def api(address: Address) -> None:
    """The HTTP gateway."""
    settings = load(NotificationSettings)

    from services.notification.gateway import gateway
    from services.notification.wiring import build
    from shared.gateway.serving import serve
    from shared.kernel.migrating import require_migrated

    notification = build(settings)
    require_migrated(SERVICE, notification.engine)
    serve(gateway(notification), settings, address)


def worker(address: Address) -> None:
    """The reactions, and the repair of what the broker lost."""
    settings, messaging = load_both(NotificationSettings, MessagingSettings)

    from services.notification.service import NotificationService
    from services.notification.wiring import build
    from shared.kernel.migrating import require_migrated
    from shared.messaging.sweeping import http_feeds, sweeps
    from shared.messaging.topology import FACTS
    from shared.messaging.worker import run_worker
    from shared.observing import logs
    from shared.observing.probe import start_probe

    logs.configure(SERVICE, settings.log_level)
    feeds = http_feeds(SERVICE, messaging, settings)
    notification = build(settings, feeds=feeds)
    require_migrated(SERVICE, notification.engine)
    start_probe(notification.checks, address.host, address.port)
    topology = FACTS.scaled(messaging.retry_scale)
    run_worker(
        NotificationService,
        notification.desk,
        messaging.amqp_url.get_secret_value(),
        topology=topology,
        sweeps=sweeps(notification.desk, feeds, topology),
    )


def relay(address: Address) -> None:
    """Publishes notification's log."""
    settings, messaging = load_both(NotificationSettings, MessagingSettings)

    from services.notification.wiring import build
    from shared.messaging.relaying import run_relay
    from shared.observing import logs
    from shared.observing.probe import start_probe

    logs.configure(SERVICE, settings.log_level)
    notification = build(settings)
    start_probe(notification.checks, address.host, address.port)
    run_relay(SERVICE, notification.engine, notification.log, messaging)


if __name__ == "__main__":
    run_role(SERVICE, {"api": api, "worker": worker, "relay": relay})
