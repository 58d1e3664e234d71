"""Serving a gateway."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Final

import uvicorn
from fastapi import FastAPI

from shared.gateway.app import Gateway, create_app
from shared.gateway.tokens import Gatekeeper, RemoteKeys
from shared.kernel.process import Address, settle_memory
from shared.kernel.settings import GatewaySettings
from shared.observing import logs

GRACE_SECONDS: Final = 10
KEEP_ALIVE_SECONDS: Final = 75
"""Longer than nginx (60 s) and httpx (5 s) keep a connection that nobody uses: a request must not meet its end."""


def serve(gateway: Gateway, settings: GatewaySettings, address: Address) -> None:
    """The gateway at the address until SIGTERM; requests in hand are finished."""
    logs.configure(gateway.service, settings.log_level)
    app = create_app(gateway, Gatekeeper(RemoteKeys(settings.jwks)))
    serve_app(app, address, gateway.leave)


def serve_app(app: FastAPI, address: Address, leave: Callable[[], None] = lambda: None) -> None:
    """An app at the address until SIGTERM; requests in hand are finished."""
    LeavingServer(_config(app, address), leave).run()


class LeavingServer(uvicorn.Server):
    """Tells the gateway when it is about to end; an app is not told, and would keep its streams open."""

    def __init__(self, config: uvicorn.Config, leave: Callable[[], None]) -> None:
        super().__init__(config)
        self._leave = leave

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        settle_memory()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._leave()
        await super().shutdown(sockets)


def _config(app: FastAPI, address: Address) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        address.host,
        address.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        proxy_headers=True,
    )
