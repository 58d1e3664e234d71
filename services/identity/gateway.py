"""Identity's part of the public contract."""

from __future__ import annotations

from services.identity import api
from services.identity.wiring import SERVICE, Identity
from shared.gateway.app import Gateway
from shared.gateway.feed import feed_router


def gateway(identity: Identity) -> Gateway:
    """The routers and what they need."""
    return Gateway(
        service=SERVICE,
        title="Khamrong identity: keys and tokens",
        routers=[api.router, feed_router(identity.feed)],
        state={"identity_settings": identity.settings, "signing_keys": identity.keys},
        checks=identity.checks,
        stop=identity.close,
    )
