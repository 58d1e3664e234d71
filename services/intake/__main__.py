"""`python -m services.intake api|worker|relay`: the processes of intake."""

from __future__ import annotations

from services.intake.settings import IntakeSettings
from services.intake.wiring import SERVICE, build
from shared.kernel.migrating import require_migrated
from shared.kernel.process import Address, run_role, stop_on_signals
from shared.kernel.settings import MessagingSettings, load, load_both
from shared.observing import logs
from shared.observing.probe import start_probe


def api(address: Address) -> None:
    """The HTTP gateway."""
    from services.intake.gateway import gateway
    from shared.gateway.serving import serve

    settings = load(IntakeSettings)
    intake = build(settings)
    require_migrated(SERVICE, intake.engine)
    serve(gateway(intake), settings, address)


def worker(address: Address) -> None:
    """Housekeeping; no fact of another service concerns intake yet."""
    from services.intake.housekeeping import keep_house

    settings = load(IntakeSettings)
    logs.configure(SERVICE, settings.log_level)
    intake = build(settings)
    start_probe(intake.checks, address.host, address.port)
    keep_house(intake, stop_on_signals())
    intake.close()


def relay(address: Address) -> None:
    """Publishes intake's log."""
    from shared.messaging.relaying import run_relay

    settings, messaging = load_both(IntakeSettings, MessagingSettings)
    logs.configure(SERVICE, settings.log_level)
    intake = build(settings)
    start_probe(intake.checks, address.host, address.port)
    run_relay(SERVICE, intake.engine, intake.log, messaging)


if __name__ == "__main__":
    run_role(SERVICE, {"api": api, "worker": worker, "relay": relay})
