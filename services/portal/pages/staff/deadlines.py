"""How long there is still, as a clerk sees it at a glance. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from shared.contracts.petition_states import OPEN_STATES
from shared.kernel.thai import in_bangkok

SOON_DAYS: Final = 2


@dataclass(frozen=True, slots=True)
class Deadline:
    """`days` of the calendar until the due day, below zero after it; `look`: bad, warn, or nothing."""

    days: int
    look: str


def deadline_of(row: Mapping[str, Any], now: datetime) -> Deadline | None:
    """Of one of tracking's rows; None where the authority owes nothing any more."""
    if row["status"] not in OPEN_STATES:
        return None
    due = datetime.fromisoformat(row["due_at"])
    days = (in_bangkok(due).date() - in_bangkok(now).date()).days
    if due < now:
        return Deadline(min(days, 0), "bad")
    return Deadline(days, "warn" if days <= SOON_DAYS else "")
