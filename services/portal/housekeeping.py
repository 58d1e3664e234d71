"""What the portal does between requests: drafts whose time is over are removed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import sqlalchemy as sa
import structlog

from services.portal.drafts.desk import DraftDesk
from services.portal.wiring import Portal

EVERY_SECONDS: Final = 600.0
_log = structlog.get_logger(__name__)


def keep_house(drafts: DraftDesk, stop: threading.Event, every: float = EVERY_SECONDS) -> None:
    """Until told to stop. Several processes may do it at the same time."""
    while not stop.wait(every):
        try:
            if swept := drafts.sweep():
                _log.info("drafts_swept", count=swept)
        except sa.exc.SQLAlchemyError as error:
            _log.error("housekeeping_failed", error=type(error).__name__)


@contextmanager
def housekept(portal: Portal) -> Iterator[None]:
    """In a thread of its own, as long as the portal serves."""
    stop = threading.Event()
    threading.Thread(target=keep_house, args=(portal.drafts, stop), name="drafts-house", daemon=True).start()
    try:
        yield
    finally:
        stop.set()
