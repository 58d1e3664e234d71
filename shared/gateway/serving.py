"""Serving a gateway, and the small HTTP server of processes that have none."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Final

import uvicorn
from fastapi import FastAPI

from shared.gateway.app import Gateway, create_app, operations
from shared.gateway.tokens import Gatekeeper, RemoteKeys
from shared.kernel.process import Address
from shared.kernel.settings import GatewaySettings
from shared.observing import health, logs

GRACE_SECONDS: Final = 10


def serve(gateway: Gateway, settings: GatewaySettings, address: Address) -> None:
    """The gateway at the address until SIGTERM; requests in hand are finished."""
    logs.configure(gateway.service, settings.log_level)
    app = create_app(gateway, Gatekeeper(RemoteKeys(settings.jwks)))
    uvicorn.Server(_config(app, address)).run()


def start_probe(checks: Mapping[str, health.Check], address: Address) -> None:
    """Health and metrics of a worker or a relay, from a thread of its own; port 0: none."""
    if not address.port:
        return
    app = FastAPI(openapi_url=None)
    app.include_router(operations(checks))
    server = uvicorn.Server(_config(app, address))
    threading.Thread(target=server.run, name="probe", daemon=True).start()


def _config(app: FastAPI, address: Address) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        address.host,
        address.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        proxy_headers=True,
    )
