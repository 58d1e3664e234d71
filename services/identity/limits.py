"""How often one client may begin a login, come back with answers that lead nowhere, and guess codes of invitations."""

from __future__ import annotations

import sqlalchemy as sa
import structlog
from prometheus_client import Counter

from services.identity.settings import IdentitySettings
from shared.gateway.limits.door import Attempt, Door, TooManyFailures
from shared.gateway.limits.postgres_storage import PostgresStorage

REFUSED = Counter("khamrong_logins_limited_total", "Logins and codes of invitations that were one too many", ["limit"])
_log = structlog.get_logger(__name__)


class LoginLimits:
    """Counted in the database, for all processes together; neither addresses nor persons are stored in clear."""

    def __init__(self, settings: IdentitySettings, engine: sa.Engine, service: str) -> None:
        windows, pepper = PostgresStorage(engine, service), settings.pepper.get_secret_value()
        self._logins = Door("login", windows, pepper, client=settings.logins_per_client, target="", overall="")
        failures = settings.login_failures_per_client
        self._answers = Door("login_answer", windows, pepper, client=failures, target="", overall="")
        guesses, of_person = settings.invitation_failures_per_client, settings.invitation_failures_per_person
        self._codes = Door("invitation", windows, pepper, client=guesses, target=of_person, overall="")

    def begin(self, client: str) -> None:
        """Count a login that begins. Raises TooManyFailures."""
        _told(self._logins, client)

    def answer(self, client: str) -> Attempt:
        """Count an answer that leads nowhere, in advance. Raises TooManyFailures."""
        return _told(self._answers, client)

    def code(self, client: str, person_id: str) -> Attempt:
        """Count a wrong code of an invitation, in advance. Raises TooManyFailures."""
        return _told(self._codes, client, person_id)


def _told(door: Door, client: str, target: str = "") -> Attempt:
    try:
        return door.attempt(client, target)
    except TooManyFailures as closed:
        REFUSED.labels(closed.limit).inc()
        _log.warning("login_limited", limit=closed.limit)
        raise
