"""How often codes may be asked for, and guessed: each text costs money and annoys, each guess is one in a million."""

from __future__ import annotations

import sqlalchemy as sa

from services.tracking.settings import TrackingSettings
from shared.gateway.limits.door import Attempt, Door, TooManyFailures
from shared.gateway.limits.postgres_storage import PostgresStorage


class StepUpLimits:
    """Counted in the database, for all processes together."""

    def __init__(self, settings: TrackingSettings, engine: sa.Engine, service: str) -> None:
        windows, pepper = PostgresStorage(engine, service), settings.pepper.get_secret_value()
        per_client, overall = settings.step_ups_per_client, settings.step_ups
        self._asking = Door("step_up", windows, pepper, client=per_client, target="", overall=overall)
        per_petition = settings.step_ups_per_petition
        self._texts = Door("step_up_texts", windows, pepper, client="", target=per_petition, overall="")
        failures = settings.otp_failures_per_client
        self._guesses = Door("otp", windows, pepper, client=failures, target="", overall="")

    def ask(self, client: str) -> None:
        """Count a code that is asked for. Raises TooManyFailures."""
        self._asking.attempt(client)

    def may_send(self, named: str) -> bool:
        """Count a text for the petition that was named so; whether it may be sent. Also for one that does not exist."""
        try:
            self._texts.attempt("", named)
        except TooManyFailures:
            return False
        return True

    def guess(self, client: str) -> Attempt:
        """Count a wrong code in advance. Raises TooManyFailures."""
        return self._guesses.attempt(client)
