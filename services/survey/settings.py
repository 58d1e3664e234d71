"""What survey needs from its environment."""

from __future__ import annotations

from shared.kernel.settings import GatewaySettings, KeyringSettings


class SurveySettings(GatewaySettings, KeyringSettings):
    """Its own database, and the keyring for comments, which are personal."""

    survey_database_url: str
