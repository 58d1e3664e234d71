"""What of an authority's settings a view of its petition needs."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa

from services.tracking.projections import authority
from services.tracking.projections.petition_table import TABLE

REOPEN_DAYS: Final[sa.Label[Any]] = (
    sa.select(authority.TABLE.c.reopen_days)
    .where(authority.TABLE.c.code == TABLE.c.authority)
    .scalar_subquery()
    .label("reopen_days")
)
"""For how many days after its end an answer may ask to reopen the petition; a column beside those of its table."""
