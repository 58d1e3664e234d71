"""`python -m khamrong.openapi DIR`: the OpenAPI document of each gateway, as front ends build against it."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter
from joserfc.jwk import KeySet

from services.documents import api as documents
from services.documents import attachments_api as documents_attachments
from services.documents import case_api as documents_cases
from services.documents import logos_api as documents_logos
from services.documents import own_data_api as documents_own_data
from services.identity import api as identity
from services.identity import login_api as identity_login
from services.identity import me_api as identity_me
from services.identity import members_api as identity_members
from services.identity import session_api as identity_sessions
from services.identity import staff_api as identity_staff
from services.intake import api as intake
from services.intake import authority_api as intake_authorities
from services.intake import claims_api as intake_claims
from services.intake import staff_api as intake_staff
from services.notification import api as notification
from services.notification import otp_api as notification_otp
from services.survey import api as survey
from services.tracking import api as tracking
from services.tracking import case_api as tracking_case
from services.tracking import export_api as tracking_export
from services.tracking import me_api as tracking_me
from services.tracking import nearby_api as tracking_nearby
from services.tracking import search_api as tracking_search
from services.tracking import staff_api as tracking_staff
from services.tracking import step_up_api as tracking_step_up
from shared.contracts.envelope import Envelope
from shared.gateway.app import Gateway, create_app
from shared.gateway.feed import feed_router
from shared.gateway.tokens import Gatekeeper


@dataclass(slots=True)
class EmptyFeed:
    """The feed of a log without facts: describing needs no database."""

    service: str

    def after(self, position: int, limit: int, types: Sequence[str] | None = None) -> list[Envelope]:
        """Nothing."""
        return []

    def head(self) -> int:
        """Nothing was ever recorded."""
        return 0


_ROUTERS: Final[dict[str, list[APIRouter]]] = {
    "documents": [
        documents.router,
        documents_attachments.router,
        documents_logos.router,
        documents_cases.router,
        documents_own_data.router,
        feed_router(EmptyFeed("documents")),
    ],
    "identity": [
        identity.router,
        identity_login.router,
        identity_sessions.router,
        identity_me.router,
        identity_members.router,
        identity_staff.router,
        feed_router(EmptyFeed("identity")),
    ],
    "intake": [
        intake.router,
        intake_authorities.router,
        intake_claims.router,
        intake_staff.router,
        feed_router(EmptyFeed("intake")),
    ],
    "notification": [notification.router, notification_otp.router, feed_router(EmptyFeed("notification"))],
    "survey": [survey.router, feed_router(EmptyFeed("survey"))],
    "tracking": [
        tracking.router,
        tracking_me.router,
        tracking_nearby.router,
        tracking_step_up.router,
        tracking_staff.router,
        tracking_export.router,
        tracking_search.router,
        tracking_case.router,
        feed_router(EmptyFeed("tracking")),
    ],
}


def documents_of() -> dict[str, dict[str, Any]]:
    """OpenAPI 3.1, by service."""
    nobody = Gatekeeper(lambda _: KeySet([]))
    gateways = [Gateway(service, f"Khamrong {service}", routers, {}) for service, routers in _ROUTERS.items()]
    return {gateway.service: create_app(gateway, nobody).openapi() for gateway in gateways}


def text_of(document: dict[str, Any]) -> str:
    """As the files hold it."""
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def main(folder: Path) -> None:
    """Write one file a service."""
    folder.mkdir(parents=True, exist_ok=True)
    for service, document in documents_of().items():
        (folder / f"{service}.json").write_text(text_of(document), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
