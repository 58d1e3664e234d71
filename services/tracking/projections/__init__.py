"""The read models of tracking, each the fold of published facts."""

from __future__ import annotations

from typing import Final

from services.tracking.projections import authority, petition, satisfaction
from shared.projecting.projection import Projection

PROJECTIONS: Final[tuple[Projection, ...]] = (authority, petition, satisfaction)
