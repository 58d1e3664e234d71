"""`python -m services.intake api|worker|relay`: the processes of intake."""

from __future__ import annotations

import sys
import threading

from shared.kernel.lean import leave_out_terminals

leave_out_terminals()
if sys.argv[1:2] == ["worker"]:
    from shared.messaging.green import patch

    patch()

from services.intake.settings import SERVICE, IntakeSettings
from shared.kernel.process import Address, run_role
from shared.kernel.settings import FeedSettings, MessagingSettings, load_both


def api(address: Address) -> None:
    """The HTTP gateway."""
    settings, feeds = load_both(IntakeSettings, FeedSettings)

    from services.intake.gateway import gateway
    from services.intake.members.http_members import http_members
    from services.intake.proofs.http_proofs import http_proofs
    from services.intake.wiring import build
    from shared.gateway.serving import serve
    from shared.kernel.migrating import require_migrated

    intake = build(settings)
    require_migrated(SERVICE, intake.engine)
    members, proofs = http_members(SERVICE, feeds, settings), http_proofs(feeds, settings)
    serve(gateway(intake, members, proofs), settings, address)


def worker(address: Address) -> None:
    """The reactions, what happens because time passes, the repair of what the broker lost, and housekeeping."""
    settings, messaging = load_both(IntakeSettings, MessagingSettings)

    from services.intake.housekeeping import start_housekeeping
    from services.intake.service import IntakeService
    from services.intake.timekeeper import start_keeping_time
    from services.intake.wiring import build
    from shared.gateway.idempotency import start_forgetting
    from shared.kernel.migrating import require_migrated
    from shared.messaging.sweeping import http_feeds, sweeps
    from shared.messaging.topology import FACTS
    from shared.messaging.worker import run_worker
    from shared.observing import logs
    from shared.observing.probe import start_probe

    logs.configure(SERVICE, settings.log_level)
    intake = build(settings)
    require_migrated(SERVICE, intake.engine)
    start_probe(intake.checks, address.host, address.port)
    start_forgetting(intake.engine, threading.Event())
    start_keeping_time(intake.timekeeper, threading.Event())
    start_housekeeping(intake.forgetting, threading.Event())
    feeds = http_feeds(SERVICE, messaging, settings)
    topology = FACTS.scaled(messaging.retry_scale)
    run_worker(
        IntakeService,
        intake.desk,
        messaging.amqp_url.get_secret_value(),
        topology=topology,
        sweeps=sweeps(intake.desk, feeds, topology),
    )


def relay(address: Address) -> None:
    """Publishes intake's log."""
    settings, messaging = load_both(IntakeSettings, MessagingSettings)

    from services.intake.wiring import build
    from shared.messaging.relaying import run_relay
    from shared.observing import logs
    from shared.observing.probe import start_probe

    logs.configure(SERVICE, settings.log_level)
    intake = build(settings)
    start_probe(intake.checks, address.host, address.port)
    run_relay(SERVICE, intake.engine, intake.log, messaging)


if __name__ == "__main__":
    run_role(SERVICE, {"api": api, "worker": worker, "relay": relay})
