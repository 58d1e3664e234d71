"""Questions that the read models of notification answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from services.notification.projections import authority, petition
from services.notification.status_texts import Move, Petition, Policy
from shared.contracts.authority import TextSettings
from shared.contracts.fact import ERASED
from shared.contracts.petition import SmsPolicy
from shared.eventlog.sealing import Sealer
from shared.projecting.sealed import opened

_p: Final = petition.TABLE.c


class Petitions:
    """What facts have told about petitions."""

    def __init__(self, engine: sa.Engine, sealer: Sealer) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")  # single statements: fewer round trips
        self._sealer = sealer

    def of(self, petition_id: UUID) -> Petition | None:
        """None for a petition whose filing was not seen."""
        query = sa.select(petition.TABLE).where(_p.petition_id == petition_id, _p.number.is_not(None))
        with self._engine.connect() as connection:
            row = connection.execute(query).mappings().first()
        return _petition(dict(row), opened(self._sealer, [row["sealed"]])[0]) if row else None

    def department_of(self, number: str) -> str | None:
        """Who owns the petition now; None while that is not known."""
        with self._engine.connect() as connection:
            department: str | None = connection.execute(sa.select(_p.department).where(_p.number == number)).scalar()
        return department


class Policies:
    """How authorities text."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")

    def of(self, code: str) -> Policy | None:
        """None for an authority that is not known."""
        query = sa.select(authority.TABLE).where(authority.TABLE.c.code == code)
        with self._engine.connect() as connection:
            row = connection.execute(query).mappings().first()
        return _policy(dict(row)) if row else None


def _petition(row: Mapping[str, Any], clear: Mapping[str, Any]) -> Petition:
    person = clear["petitioner"]
    same = ("petition_id", "number", "authority", "subject_id", "department", "department_name")
    return Petition(
        **{name: row[name] for name in same},
        moves=tuple(Move(kind, UUID(fact_id)) for kind, fact_id in row["moves"]),
        phone=person["phone"] if isinstance(person, dict) else ERASED,
        tracking_code=clear["tracking_code"],
    )


def _policy(row: Mapping[str, Any]) -> Policy:
    return Policy(
        sms=SmsPolicy(**row["sms"]),
        texts=TextSettings.model_validate(row["texts"]),
        invites=row["invites"],
        phone=row["phone"],
        phones=row["phones"],
    )
