"""`python -m services.notification api|worker|relay`: the processes of notification."""

from __future__ import annotations

import sys

if sys.argv[1:2] == ["worker"]:
    from shared.messaging.green import patch

    patch()

from services.notification.settings import NotificationSettings
from services.notification.wiring import SERVICE, build
from shared.kernel.migrating import require_migrated
from shared.kernel.process import Address, run_role
from shared.kernel.settings import MessagingSettings, load, load_both
from shared.observing import logs
from shared.observing.probe import start_probe


def api(address: Address) -> None:
    """The HTTP gateway."""
    from services.notification.gateway import gateway
    from shared.gateway.serving import serve

    settings = load(NotificationSettings)
    notification = build(settings)
    require_migrated(SERVICE, notification.engine)
    serve(gateway(notification), settings, address)


def worker(address: Address) -> None:
    """The reactions, and the repair of what the broker lost."""
    from services.notification.service import NotificationService
    from shared.messaging.sweeping import http_feeds, sweeps
    from shared.messaging.topology import FACTS
    from shared.messaging.worker import run_worker

    settings, messaging = load_both(NotificationSettings, MessagingSettings)
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
    """Publishes notification' log."""
    from shared.messaging.relaying import run_relay

    settings, messaging = load_both(NotificationSettings, MessagingSettings)
    logs.configure(SERVICE, settings.log_level)
    notification = build(settings)
    start_probe(notification.checks, address.host, address.port)
    run_relay(SERVICE, notification.engine, notification.log, messaging)


if __name__ == "__main__":
    run_role(SERVICE, {"api": api, "worker": worker, "relay": relay})
