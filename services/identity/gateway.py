"""Identity's part of the public contract."""

from __future__ import annotations

from services.identity import api, login_api, me_api, members_api, session_api, staff_api
from services.identity.settings import SERVICE
from services.identity.wiring import Identity
from shared.gateway.app import Gateway
from shared.gateway.feed import feed_router


def gateway(identity: Identity) -> Gateway:
    """The routers and what they need."""
    return Gateway(
        service=SERVICE,
        title="Khamrong identity: logging in, members, staff, tokens",
        routers=[
            api.router,
            login_api.router,
            session_api.router,
            me_api.router,
            members_api.router,
            staff_api.router,
            feed_router(identity.feed),
        ],
        state={"identity": identity},
        checks=identity.checks,
        stop=identity.close,
    )
