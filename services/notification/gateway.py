"""Notification's part of the public contract."""

from __future__ import annotations

from services.notification import api, otp_api
from services.notification.settings import SERVICE
from services.notification.wiring import Notification
from shared.gateway.app import Gateway
from shared.gateway.feed import feed_router


def gateway(notification: Notification) -> Gateway:
    """The routers and what they need."""
    return Gateway(
        service=SERVICE,
        title="Khamrong notification: texts to phones",
        routers=[api.router, otp_api.router, feed_router(notification.feed)],
        state={"notification": notification},
        checks=notification.checks,
        stop=notification.close,
    )
