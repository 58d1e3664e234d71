"""What tracking needs from its environment."""

from __future__ import annotations

from shared.kernel.settings import GatewaySettings, KeyringSettings, LookupLimits


class TrackingSettings(GatewaySettings, KeyringSettings, LookupLimits):
    """Its own database, the keyring for what it shows to those who may see it, and the limits on guessing."""

    tracking_database_url: str
