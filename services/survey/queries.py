"""Questions that the read models of survey answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from services.survey.chance import Contact, Petition, Policy
from services.survey.projections import authority, petition, summary
from services.survey.projections.petition import resolution_of
from shared.contracts.petition import SmsPolicy
from shared.eventlog.sealing import Sealer
from shared.kernel import ids
from shared.kernel.secrets import keyed_hash
from shared.projecting.finding import Finder
from shared.projecting.sealed import opened

_p: Final = petition.TABLE.c
_COUNTED: Final = sa.func.jsonb_array_length(_p.resolutions).label("resolution")
_KNOWN: Final = sa.select(
    *(_COUNTED if each.name == "resolution" else _p[each.name] for each in fields(Petition))
).where(_p.number.is_not(None))  # fmt: skip


class Petitions:
    """Finds petitions by what petitioners know of them; None says no more than that nothing fits."""

    def __init__(self, engine: sa.Engine, sealer: Sealer, pepper: bytes) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")  # single statements: fewer round trips
        self._sealer, self._pepper = sealer, pepper
        self._finder = Finder(engine, sealer, petition.TABLE)

    def by_number(self, number: str, phone_last4: str) -> Petition | None:
        """The petition whose petitioner's phone ends like this."""
        petition_id = self._finder.by_number(number, phone_last4)
        return self._one(_p.petition_id == petition_id) if petition_id else None

    def by_code(self, tracking_code: str) -> Petition | None:
        """The petition with this tracking code."""
        hashed = keyed_hash(self._pepper, ids.normal_tracking_code(tracking_code))
        return self._one(_p.tracking_code_hash == hashed)

    def ended_by(self, petition_id: UUID, fact_id: UUID) -> tuple[Petition, int, Contact | None] | None:
        """The petition, which of its ends the fact was, and how the petitioner is reached (None once erased).

        None when the read model has not seen the fact.
        """
        query = sa.select(petition.TABLE).where(_p.petition_id == petition_id)
        with self._engine.connect() as connection:
            rows = [dict(row) for row in connection.execute(query).mappings()]
        for row in rows:
            if resolution := resolution_of(row, fact_id):
                known = {each.name: row[each.name] for each in fields(Petition) if each.name != "resolution"}
                return Petition(**known, resolution=len(row["resolutions"])), resolution, self._contact(row)
        return None

    def _one(self, which: sa.ColumnElement[bool]) -> Petition | None:
        with self._engine.connect() as connection:
            found = connection.execute(_KNOWN.where(which)).mappings().first()
        return Petition(**found) if found else None

    def _contact(self, row: Mapping[str, Any]) -> Contact | None:
        (clear,) = opened(self._sealer, [row["sealed"]])
        if not isinstance(clear["petitioner"], dict):
            return None
        return Contact(clear["petitioner"]["phone"], clear["tracking_code"], clear["tracking_url"])


class Policies:
    """What authorities have set."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")

    def of(self, code: str) -> Policy | None:
        """None for an authority that is not known."""
        table = authority.TABLE.c
        query = sa.select(table.invite, table.reopen_days, table.sms).where(table.code == code)
        with self._engine.connect() as connection:
            found = connection.execute(query).first()
        return Policy(found.invite, found.reopen_days, SmsPolicy(**found.sms)) if found else None


class Summaries:
    """How satisfied people are, by authority and fiscal year."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")

    def of(self, code: str, fiscal_year: int) -> dict[str, Any]:
        """All figures, of nobody's answers too. `share_solved` = yes ÷ (yes + partly + no), of petitions alone."""
        table = summary.TABLE
        query = sa.select(table).where(table.c.key == summary.key_of(code, fiscal_year))
        with self._engine.connect() as connection:
            found = connection.execute(query).mappings().first()
        return figures(dict(found) if found else summary.blank(code, fiscal_year))


def figures(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of the summary with its means and shares; None while there is nothing to divide by."""
    told = {name: row[name] for name in ("authority", "fiscal_year", "answers", "by_rating", "solved")}
    points = sum(int(rating) * count for rating, count in row["by_rating"].items())
    of_petitions = sum(row["solved"].values())
    return {
        **told,
        "mean_rating": round(points / row["answers"], 2) if row["answers"] else None,
        "share_solved": round(row["solved"]["yes"] / of_petitions, 4) if of_petitions else None,
        "reopen_requests": row["reopen_requests"],
    }
