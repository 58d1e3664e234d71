"""The read models of survey, each the fold of published facts."""

from __future__ import annotations

from typing import Final

from services.survey.projections import authority, petition, summary
from shared.projecting.projection import Projection

PROJECTIONS: Final[tuple[Projection, ...]] = (authority, petition, summary)
