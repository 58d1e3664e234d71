"""What identity needs from its environment."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr

from shared.kernel.settings import GatewaySettings, KeyringSettings


class IdentitySettings(GatewaySettings, KeyringSettings):
    """`identity_keys_dir` holds the signing keys as PEM files; the newest name signs, all are published."""

    identity_database_url: str
    identity_keys_dir: Path
    identity_clients: dict[str, SecretStr] = Field(default_factory=dict)
    """Services and staff tools that may ask for tokens: client id to secret."""
