"""Survey's part of the public contract."""

from __future__ import annotations

from services.survey import api
from services.survey.settings import SERVICE
from services.survey.wiring import Survey
from shared.gateway.app import Gateway
from shared.gateway.feed import feed_router


def gateway(survey: Survey) -> Gateway:
    """The routers and what they need."""
    return Gateway(
        service=SERVICE,
        title="Khamrong survey: satisfaction",
        routers=[api.router, feed_router(survey.feed)],
        state={"survey": survey},
        checks=survey.checks,
        stop=survey.close,
    )
