"""What intake does from time to time: petitions that need not be kept any more are forgotten."""

from __future__ import annotations

import threading
from typing import Final

import structlog

from services.intake.forgetting import Forgetting

EVERY_SECONDS: Final = 600.0
_log = structlog.get_logger(__name__)


def keep_house(forgetting: Forgetting, stop: threading.Event, every: float = EVERY_SECONDS) -> None:
    """Until told to stop. Several processes may do it at the same time."""
    while not stop.wait(every):
        try:
            forgetting.sweep()
        except Exception as error:  # noqa: BLE001  the next round tries again
            _log.error("housekeeping_failed", error=type(error).__name__)


def start_housekeeping(forgetting: Forgetting, stop: threading.Event) -> None:
    """In a thread of its own (a green one where threads are), until the event is set."""
    threading.Thread(target=keep_house, args=(forgetting, stop), name="intake-house", daemon=True).start()
