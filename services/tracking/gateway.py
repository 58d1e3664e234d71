"""Tracking's part of the public contract."""

from __future__ import annotations

from services.tracking import api, case_api, export_api, me_api, nearby_api, search_api, staff_api, step_up_api
from services.tracking.settings import SERVICE
from services.tracking.wiring import Tracking
from shared.gateway.app import Gateway
from shared.gateway.feed import feed_router


def gateway(tracking: Tracking) -> Gateway:
    """The routers and what they need."""
    return Gateway(
        service=SERVICE,
        title="Khamrong tracking: status, the staff's queue, statistics, live",
        routers=[
            api.router,
            nearby_api.router,
            step_up_api.router,
            me_api.router,
            staff_api.router,
            export_api.router,
            search_api.router,
            case_api.router,
            feed_router(tracking.feed),
        ],
        state={"tracking": tracking, "capability_key": tracking.settings.capability_key.get_secret_value()},
        checks=tracking.checks,
        stop=tracking.close,
        leave=tracking.live.close,
    )
