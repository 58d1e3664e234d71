"""PostgreSQL stays up as long as Khamrong does."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import structlog

from deploy.native.postgres import PostgresServer
from deploy.native.processes import ChildFailed

LOOK_SECONDS: Final = 0.2
_log = structlog.get_logger(__name__)


@contextmanager
def kept_running(server: PostgresServer) -> Iterator[None]:
    """Start the server again whenever it ended by itself, on the same port.

    What it had committed is there again; who was connected connects anew. The kernel ties a child to the thread that
    started it, and this thread lives as long as the block.
    """
    stop = threading.Event()
    keeper = threading.Thread(target=_keep, args=(server, stop), name="keeper", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        stop.set()
        keeper.join()


def _keep(server: PostgresServer, stop: threading.Event) -> None:
    while not stop.wait(LOOK_SECONDS):
        if not server.is_running:
            _log.warning("postgres ended and is started again")
            _restart(server)


def _restart(server: PostgresServer) -> None:
    try:
        server.restart()
    except ChildFailed:
        _log.error("postgres does not start")
