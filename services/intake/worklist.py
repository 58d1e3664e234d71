"""What the timekeeper's read model answers: which petitions have a time that has come, and what was merged into one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from services.intake.catalogue import calendar_of
from shared.contracts.authority import AuthorityConfigured

MOST: Final = 500
"""How many of each kind are looked for at once."""
_DUE: Final = sa.text(
    """
    (SELECT number FROM intake.deadline
     WHERE authority = :authority AND running AND told = 0 AND due_at <= :warned LIMIT :most)
    UNION (SELECT number FROM intake.deadline
     WHERE authority = :authority AND running AND told = 1 AND due_at < :now LIMIT :most)
    UNION (SELECT number FROM intake.deadline
     WHERE authority = :authority AND running AND told = 2 AND due_at < :escalated LIMIT :most)
    UNION (SELECT number FROM intake.deadline
     WHERE authority = :authority AND asked_at <= :reminded AND NOT reminded LIMIT :most)
    UNION (SELECT number FROM intake.deadline
     WHERE authority = :authority AND asked_at <= :expired LIMIT :most)
    """
)
_MERGED: Final = sa.text("SELECT number FROM intake.deadline WHERE merged_into = :petition_id ORDER BY number")


class Worklist:
    """Questions to the read model, as it stands."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def due(self, profile: AuthorityConfigured, now: datetime) -> list[str]:
        """The numbers of petitions of the authority for which a time has come, by the settings that it has now."""
        calendar, told = calendar_of(profile), profile.settings.deadlines
        limits = {
            "warned": calendar.after(now, told.warn_days),
            "escalated": calendar.before(now, told.escalate_days),
            "reminded": now - timedelta(days=told.remind_after_days),
            "expired": now - timedelta(days=told.expire_after_days),
        }
        with self._engine.connect() as connection:
            rows = connection.execute(_DUE, {"authority": profile.code, "now": now, "most": MOST, **limits})
            return list(rows.scalars())

    def merged_into(self, petition_id: UUID) -> list[str]:
        """The numbers of the petitions that are merged into this one, or have ended with it."""
        with self._engine.connect() as connection:
            return list(connection.execute(_MERGED, {"petition_id": petition_id}).scalars())
