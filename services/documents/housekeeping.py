"""What documents does between facts: uploads that no petition claimed are removed."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Final

import structlog

from services.documents.wiring import Documents

EVERY_SECONDS: Final = 600.0
_log = structlog.get_logger(__name__)


def keep_house(documents: Documents, stop: threading.Event, every: float = EVERY_SECONDS) -> None:
    """Until told to stop. Several processes may do it at the same time."""
    while not stop.wait(every):
        try:
            documents.uploads.sweep(timedelta(hours=documents.settings.upload_hours))
        except Exception as error:  # noqa: BLE001  the next round tries again
            _log.error("housekeeping_failed", error=type(error).__name__)


def start_housekeeping(documents: Documents) -> None:
    """In a thread of its own (a green one where threads are), as long as the process lives."""
    threading.Thread(target=keep_house, args=(documents, threading.Event()), name="housekeeping", daemon=True).start()
