"""Intake's part of the public contract."""

from __future__ import annotations

from services.intake import api, authority_api, claims_api, staff_api
from services.intake.members.members import Members
from services.intake.proofs.proofs import Proofs
from services.intake.settings import SERVICE
from services.intake.wiring import Intake
from shared.gateway.app import Gateway
from shared.gateway.feed import feed_router


def gateway(intake: Intake, members: Members, proofs: Proofs) -> Gateway:
    """The routers and what they need."""
    return Gateway(
        service=SERVICE,
        title="Khamrong intake: filing petitions and working on them",
        routers=[
            api.router,
            claims_api.router,
            staff_api.router,
            authority_api.router,
            feed_router(intake.feed),
        ],
        state={
            "intake": intake,
            "members": members,
            "proofs": proofs,
            "capability_key": intake.settings.capability_key.get_secret_value(),
        },
        checks=intake.checks,
        stop=intake.close,
    )
