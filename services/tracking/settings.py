"""What tracking needs from its environment."""

from __future__ import annotations

from shared.kernel.settings import GatewaySettings, Key, KeyringSettings


class TrackingSettings(GatewaySettings, KeyringSettings):
    """`pepper` keys the hashes of tracking codes, as intake's does. Limits are in the notation of the `limits` library
    (`5/hour`; empty: no limit) and count failures alone."""

    tracking_database_url: str
    pepper: Key
    lookup_failures_per_number: str = "5/hour"
    """Wrong digits for one petition number."""
    lookup_failures_per_client: str = "20/hour"
    """Failed look-ups by one /24 or /64."""
    lookup_failures: str = "200/hour"
    """Failed look-ups by anybody: past it, only tracking codes open a petition."""
    code_failures_per_client: str = "20/hour"
    """Tracking codes that do not exist, tried by one /24 or /64."""
    code_failures: str = "1000/hour"
    """Tracking codes that do not exist, tried by anybody."""
