"""What tracking needs from its environment."""

from __future__ import annotations

from typing import Final

from shared.kernel.settings import GatewaySettings, Key, KeyringSettings, LookupLimits

SERVICE: Final = "tracking"


class TrackingSettings(GatewaySettings, KeyringSettings, LookupLimits):
    """Its own database, the keyring for what it shows to those who may see it, the key of petitioners' tokens, and the
    limits on guessing and on texts that anybody may cause."""

    tracking_database_url: str
    capability_key: Key
    step_ups_per_client: str = "20/hour"
    """Codes asked for by one /24 or /64."""
    step_ups_per_petition: str = "3/hour;10/day"
    """Codes sent for one petition to whoever knows its number, and as many to whoever knows its tracking code: who
    guesses numbers cannot keep the petitioner out. Past it nothing is sent, and nobody is told."""
    step_ups: str = "500/hour"
    """Codes asked for by anybody."""
    otp_failures_per_client: str = "20/hour"
    """Wrong codes typed by one /24 or /64."""
    open_data_per_client: str = "60/hour"
    """Downloads of open data by one /24 or /64."""
    nearby_per_client: str = "120/hour"
    """Questions about petitions nearby by one /24 or /64, whatever the answer."""
