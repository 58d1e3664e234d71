"""`python -m services.survey api|worker|relay`: the processes of survey."""

from __future__ import annotations

import sys
import threading

from shared.kernel.lean import leave_out_terminals

leave_out_terminals()
if sys.argv[1:2] == ["worker"]:
    from shared.messaging.green import patch

    patch()

from services.survey.settings import SERVICE, SurveySettings
from shared.kernel.process import Address, run_role
from shared.kernel.settings import MessagingSettings, load, load_both


def api(address: Address) -> None:
    """The HTTP gateway."""
    settings = load(SurveySettings)

    from services.survey.gateway import gateway
    from services.survey.wiring import build
    from shared.gateway.serving import serve
    from shared.kernel.migrating import require_migrated

    survey = build(settings)
    require_migrated(SERVICE, survey.engine)
    serve(gateway(survey), settings, address)


def worker(address: Address) -> None:
    """The read models, the invitations, the repair of what the broker lost, and housekeeping."""
    settings, messaging = load_both(SurveySettings, MessagingSettings)

    from services.survey.service import SurveyService
    from services.survey.wiring import build
    from shared.gateway.idempotency import start_forgetting
    from shared.kernel.migrating import require_migrated
    from shared.messaging.sweeping import http_feeds, sweeps
    from shared.messaging.topology import FACTS
    from shared.messaging.worker import run_worker
    from shared.observing import logs
    from shared.observing.probe import start_probe

    logs.configure(SERVICE, settings.log_level)
    feeds = http_feeds(SERVICE, messaging, settings)
    survey = build(settings, feeds)
    require_migrated(SERVICE, survey.engine)
    start_probe(survey.checks, address.host, address.port)
    start_forgetting(survey.engine, threading.Event())
    topology = FACTS.scaled(messaging.retry_scale)
    run_worker(
        SurveyService,
        survey.desk,
        messaging.amqp_url.get_secret_value(),
        topology=topology,
        sweeps=sweeps(survey.desk, feeds, topology),
    )


def relay(address: Address) -> None:
    """Publishes survey's log."""
    settings, messaging = load_both(SurveySettings, MessagingSettings)

    from services.survey.wiring import build
    from shared.messaging.relaying import run_relay
    from shared.observing import logs
    from shared.observing.probe import start_probe

    logs.configure(SERVICE, settings.log_level)
    survey = build(settings)
    start_probe(survey.checks, address.host, address.port)
    run_relay(SERVICE, survey.engine, survey.log, messaging)


if __name__ == "__main__":
    run_role(SERVICE, {"api": api, "worker": worker, "relay": relay})
