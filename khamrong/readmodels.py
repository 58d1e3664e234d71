"""Which services have read models, and which."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from services.intake.projections import PROJECTIONS as OF_INTAKE
from services.notification.projections import PROJECTIONS as OF_NOTIFICATION
from services.survey.projections import PROJECTIONS as OF_SURVEY
from services.tracking.projections import PROJECTIONS as OF_TRACKING
from shared.projecting.projection import Projection

READ_MODELS: Final[Mapping[str, tuple[Projection, ...]]] = MappingProxyType(
    {"tracking": OF_TRACKING, "survey": OF_SURVEY, "intake": OF_INTAKE, "notification": OF_NOTIFICATION}
)
"""By the service whose database holds them. Names are unique among all."""
