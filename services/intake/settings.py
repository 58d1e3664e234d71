"""What intake needs from its environment."""

from __future__ import annotations

from typing import Final

from shared.kernel.settings import GatewaySettings, Key, KeyringSettings

SERVICE: Final = "intake"


class IntakeSettings(GatewaySettings, KeyringSettings):
    """`pepper` keys the hashes of tracking codes and idempotency fingerprints; `capability_key` signs form links."""

    intake_database_url: str
    pepper: Key
    capability_key: Key
    tracking_url: str = ""
    """Where tracking is reached without a proxy, so that its limits count who asks; empty: below `internal_url`."""
    filing_limit_per_client: str = "20/hour"
    """How many filings one address may have (notation of the `limits` library); empty: no limit."""
    filing_limit_per_phone: str = "3/hour;10/day"
    """The same for one phone number: each filing sends a text."""
