"""What becomes of a fact whose reaction failed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import exc

from shared.kernel import clock
from shared.messaging.reaction import PermanentFailure, Unavailable

OUTAGE_STEP: Final = 3
"""The longest delay while a database or an outside thing does not answer: soon after it is back, facts flow again."""

REASON_LIMIT: Final = 200
_OURS: Final = ("shared.", "services.", "sandbox.")
_OUTAGE_STATES: Final = ("08", "53", "57P")
"""SQLSTATE classes: connection exception, insufficient resources, operator intervention (shutdown, crash)."""
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f]+")


@dataclass(frozen=True, slots=True)
class Retry:
    """Try again after the delay of that step (1 is the first). `attempts` counts the failures up to now."""

    attempts: int
    step: int
    reason: str


@dataclass(frozen=True, slots=True)
class Park:
    """Do not try again until an operator says so."""

    attempts: int
    reason: str


def after_failure(failed_before: int, error: Exception, steps: int) -> Retry | Park:
    """What to do after one more failure, when there are that many delays."""
    attempts, reason = failed_before + 1, told(error)
    if isinstance(error, PermanentFailure):
        return Park(attempts, reason)
    if is_outage(error):
        step = min(attempts, OUTAGE_STEP, steps)
        return Retry(step, step, reason)
    return Retry(attempts, attempts, reason) if attempts <= steps else Park(attempts, reason)


def due_after(verdict: Retry | Park, delays: Sequence[float]) -> datetime | None:
    """When the fact is to be tried again; None when it is parked."""
    return None if isinstance(verdict, Park) else clock.now() + timedelta(seconds=delays[verdict.step - 1])


def told(error: Exception) -> str:
    """The error's class and, for errors of our own, its text. Texts of others may hold data, so they are left out."""
    name = type(error).__name__
    ours = isinstance(error, (PermanentFailure, Unavailable)) or type(error).__module__.startswith(_OURS)
    text = _UNPRINTABLE.sub(" ", str(error)).strip() if ours else ""
    return f"{name}: {text}"[:REASON_LIMIT] if text else name


def is_outage(error: Exception) -> bool:
    """Whether the fact is not to blame: something that every fact needs does not answer."""
    if isinstance(error, (Unavailable, exc.TimeoutError)):
        return True
    if not isinstance(error, exc.DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    if state is None:
        return error.connection_invalidated or isinstance(error, (exc.OperationalError, exc.InterfaceError))
    return bool(state.startswith(_OUTAGE_STATES))
