"""What survey needs from its environment."""

from __future__ import annotations

from typing import Final

from shared.kernel.settings import GatewaySettings, KeyringSettings, LookupLimits

SERVICE: Final = "survey"


class SurveySettings(GatewaySettings, KeyringSettings, LookupLimits):
    """Its own database, the keyring for comments, which are personal, and the limits on guessing, counted apart from
    tracking's."""

    survey_database_url: str
    general_answers_per_client: str = "20/hour"
    """Answers about an authority, which need no petition, by one /24 or /64 (empty: no limit)."""
