"""`python -m services.survey api|relay`: the processes of survey; it reacts to nothing yet."""

from __future__ import annotations

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


def relay(address: Address) -> None:
    """Publishes survey's log."""
    from shared.messaging.relaying import run_relay

    settings, messaging = load_both(SurveySettings, MessagingSettings)
    logs.configure(SERVICE, settings.log_level)
    survey = build(settings)
    start_probe(survey.checks, address.host, address.port)
    run_relay(SERVICE, survey.engine, survey.log, messaging)


if __name__ == "__main__":
    run_role(SERVICE, {"api": api, "relay": relay})
