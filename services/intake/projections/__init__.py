"""The read models of intake, each the fold of its own facts."""

from __future__ import annotations

from typing import Final

from services.intake.projections import deadline
from shared.projecting.projection import Projection

PROJECTIONS: Final[tuple[Projection, ...]] = (deadline,)
