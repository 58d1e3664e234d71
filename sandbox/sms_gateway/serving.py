"""Serve an application on a private port from a thread: the sandbox for a test or a notebook, over real HTTP."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import uvicorn
from starlette.types import ASGIApp

START_SECONDS: Final = 20.0
STOP_SECONDS: Final = 10.0


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.begun = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.begun.set()


@contextmanager
def serving(app: ASGIApp, port: int = 0) -> Iterator[str]:
    """The base URL while the block runs; port 0 takes a free one. Raises TimeoutError when it does not start."""
    config = uvicorn.Config(
        app, log_config=None, access_log=False, lifespan="on", loop="asyncio", timeout_graceful_shutdown=1
    )
    server = _Server(config)
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", port))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            if not server.begun.wait(START_SECONDS):
                raise TimeoutError("the application did not start")
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(STOP_SECONDS)
