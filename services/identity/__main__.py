"""`python -m services.identity api|relay`: the processes of identity; it reacts to nothing yet."""

from __future__ import annotations

from shared.kernel.lean import leave_out_terminals

leave_out_terminals()

from services.identity.settings import SERVICE, IdentitySettings
from shared.kernel.process import Address, run_role
from shared.kernel.settings import MessagingSettings, load, load_both


def api(address: Address) -> None:
    """The HTTP gateway."""
    settings = load(IdentitySettings)

    from services.identity.gateway import gateway
    from services.identity.wiring import build
    from shared.gateway.serving import serve
    from shared.kernel.migrating import require_migrated

    identity = build(settings)
    require_migrated(SERVICE, identity.engine)
    serve(gateway(identity), settings, address)


def relay(address: Address) -> None:
    """Publishes identity's log."""
    settings, messaging = load_both(IdentitySettings, MessagingSettings)

    from services.identity.wiring import build
    from shared.messaging.relaying import run_relay
    from shared.observing import logs
    from shared.observing.probe import start_probe

    logs.configure(SERVICE, settings.log_level)
    identity = build(settings)
    start_probe(identity.checks, address.host, address.port)
    run_relay(SERVICE, identity.engine, identity.log, messaging)


if __name__ == "__main__":
    run_role(SERVICE, {"api": api, "relay": relay})
