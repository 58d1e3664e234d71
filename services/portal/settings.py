"""What the portal needs from its environment."""

from __future__ import annotations

from urllib.parse import urlsplit

from pydantic import Field, SecretStr

from shared.kernel.settings import Key, Settings

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class PortalSettings(Settings):
    """`portal_key` keys form tokens and what is kept of citizens' drafts. `gateways` says where each service's gateway
    is reached, by service (JSON); those that are not named are reached below `internal_url`."""

    portal_database_url: str
    portal_key: Key
    internal_url: str = ""
    gateways: dict[str, str] = Field(default_factory=dict)
    client_secret: SecretStr = SecretStr("")
    """The portal's account with identity, where people's sessions are; without it nobody is logged in."""
    tiles_url: str = ""
    """Map tiles, as `https://tiles.example/{z}/{x}/{y}.png`; empty: the place is typed, or taken from the device."""
    tiles_attribution: str = ""
    """Whom the map's licence wants to be named."""

    @property
    def is_secure(self) -> bool:
        """Whether browsers take `Secure` cookies from the public address: over TLS, or from this very machine."""
        address = urlsplit(self.public_url)
        return address.scheme == "https" or address.hostname in LOOPBACK

    def gateway(self, service: str) -> str:
        """Where a service's gateway is reached; no slash at the end."""
        return (self.gateways.get(service) or self.internal_url or self.public_url).rstrip("/")
