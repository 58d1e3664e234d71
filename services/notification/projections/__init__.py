"""The read models of notification, each the fold of published facts."""

from __future__ import annotations

from typing import Final

from services.notification.projections import authority, petition
from shared.projecting.projection import Projection

PROJECTIONS: Final[tuple[Projection, ...]] = (authority, petition)
