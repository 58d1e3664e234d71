"""`python -m services.tracking api|worker|relay`: the processes of tracking."""

from __future__ import annotations

import sys

from shared.kernel.lean import leave_out_terminals

leave_out_terminals()
if sys.argv[1:2] == ["worker"]:
    from shared.messaging.green import patch

    patch()

from services.tracking.settings import SERVICE, TrackingSettings
from shared.kernel.process import Address, run_role
from shared.kernel.settings import FeedSettings, MessagingSettings, load_both


def api(address: Address) -> None:
    """The HTTP gateway, and beside it the codes for petitioners; the live feed reads intake's log over HTTP."""
    settings, feeds = load_both(TrackingSettings, FeedSettings)

    import threading

    from services.tracking.gateway import gateway
    from services.tracking.otp_sender.http_sender import http_sender
    from services.tracking.sending import Sending
    from services.tracking.wiring import build
    from shared.gateway.serving import serve
    from shared.kernel.migrating import require_migrated
    from shared.messaging.sweeping import http_feeds

    tracking = build(settings, http_feeds(SERVICE, feeds, settings))
    require_migrated(SERVICE, tracking.engine)
    sender = http_sender(SERVICE, feeds, settings)
    Sending(tracking.step_ups, tracking.addressees, sender, threading.Event()).start()
    serve(gateway(tracking), settings, address)


def worker(address: Address) -> None:
    """The projections, and the repair of what the broker lost."""
    settings, messaging = load_both(TrackingSettings, MessagingSettings)

    from services.tracking.service import TrackingService
    from services.tracking.wiring import build
    from shared.kernel.migrating import require_migrated
    from shared.messaging.sweeping import http_feeds, sweeps
    from shared.messaging.topology import FACTS
    from shared.messaging.worker import run_worker
    from shared.observing import logs
    from shared.observing.probe import start_probe

    logs.configure(SERVICE, settings.log_level)
    feeds = http_feeds(SERVICE, messaging, settings)
    tracking = build(settings, feeds)
    require_migrated(SERVICE, tracking.engine)
    start_probe(tracking.checks, address.host, address.port)
    topology = FACTS.scaled(messaging.retry_scale)
    run_worker(
        TrackingService,
        tracking.desk,
        messaging.amqp_url.get_secret_value(),
        topology=topology,
        sweeps=sweeps(tracking.desk, feeds, topology),
    )


def relay(address: Address) -> None:
    """Publishes tracking's log: who looked at whom."""
    settings, messaging = load_both(TrackingSettings, MessagingSettings)

    from services.tracking.wiring import build
    from shared.messaging.relaying import run_relay
    from shared.observing import logs
    from shared.observing.probe import start_probe

    logs.configure(SERVICE, settings.log_level)
    tracking = build(settings)
    start_probe(tracking.checks, address.host, address.port)
    run_relay(SERVICE, tracking.engine, tracking.log, messaging)


if __name__ == "__main__":
    run_role(SERVICE, {"api": api, "worker": worker, "relay": relay})
