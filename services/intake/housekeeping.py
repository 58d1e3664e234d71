"""What intake does between requests: idempotency keys are forgotten after a week."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Final

import sqlalchemy as sa
import structlog

from services.intake.wiring import Intake
from shared.kernel import clock

KEEP_KEYS: Final = timedelta(days=7)
EVERY_SECONDS: Final = 3600.0
_FORGET: Final = sa.text("DELETE FROM idempotency_keys WHERE used_at < :before")
_log = structlog.get_logger(__name__)


def forget_keys(engine: sa.Engine) -> int:
    """Remove idempotency keys that are older than a week; how many."""
    with engine.begin() as transaction:
        return transaction.execute(_FORGET, {"before": clock.now() - KEEP_KEYS}).rowcount


def keep_house(intake: Intake, stop: threading.Event, every: float = EVERY_SECONDS) -> None:
    """At once and then every hour, until told to stop. Several processes may do it at the same time."""
    delay = 0.0
    while not stop.wait(delay):
        try:
            _log.info("idempotency_keys_forgotten", count=forget_keys(intake.engine))
        except sa.exc.SQLAlchemyError as error:
            _log.error("housekeeping_failed", error=type(error).__name__)
        delay = every
