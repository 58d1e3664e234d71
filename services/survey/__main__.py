"""`python -m services.survey api|worker|relay`: the processes of survey."""

from __future__ import annotations

import sys
import threading

if sys.argv[1:2] == ["worker"]:
    from shared.messaging.green import patch

    patch()

from services.survey.settings import SurveySettings
from services.survey.wiring import SERVICE, build
from shared.kernel.migrating import require_migrated
from shared.kernel.process import Address, run_role
from shared.kernel.settings import MessagingSettings, load, load_both
from shared.observing import logs
from shared.observing.probe import start_probe


def api(address: Address) -> None:
    """The HTTP gateway."""
    from services.survey.gateway import gateway
    from shared.gateway.serving import serve

    settings = load(SurveySettings)
    survey = build(settings)
    require_migrated(SERVICE, survey.engine)
    serve(gateway(survey), settings, address)


def worker(address: Address) -> None:
    """The read models, the invitations, the repair of what the broker lost, and housekeeping."""
    from services.survey.service import SurveyService
    from shared.gateway.idempotency import start_forgetting
    from shared.messaging.sweeping import http_feeds, sweeps
    from shared.messaging.topology import FACTS
    from shared.messaging.worker import run_worker

    settings, messaging = load_both(SurveySettings, MessagingSettings)
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
    from shared.messaging.relaying import run_relay

    settings, messaging = load_both(SurveySettings, MessagingSettings)
    logs.configure(SERVICE, settings.log_level)
    survey = build(settings)
    start_probe(survey.checks, address.host, address.port)
    run_relay(SERVICE, survey.engine, survey.log, messaging)


if __name__ == "__main__":
    run_role(SERVICE, {"api": api, "worker": worker, "relay": relay})
