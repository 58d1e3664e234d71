"""Serving the portal as a process of its own."""

from __future__ import annotations

from services.portal.app import create_app
from services.portal.settings import PortalSettings
from services.portal.wiring import SERVICE, build
from shared.gateway.serving import serve_app
from shared.kernel.migrating import require_migrated
from shared.kernel.process import Address
from shared.observing import logs


def serve(settings: PortalSettings, address: Address) -> None:
    """Until SIGTERM; requests in hand are finished."""
    logs.configure(SERVICE, settings.log_level)
    portal = build(settings)
    require_migrated(SERVICE, portal.engine)
    serve_app(create_app(portal), address, portal.relays.leave)
