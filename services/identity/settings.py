"""What identity needs from its environment."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, StringConstraints

from services.identity.provider.settings import ProviderSettings, with_names
from shared.gateway.roles import Role, Scope
from shared.kernel.settings import GatewaySettings, Key, KeyringSettings

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,30}$")]

SERVICE: Final = "identity"


class ClientSettings(BaseModel):
    """A service, or a staff tool, that may ask for tokens. `*` stands for all authorities."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    secret: SecretStr
    role: Role = Role.SERVICE
    authority: str = "*"
    department: str | None = None
    scopes: frozenset[Scope] = frozenset({Scope.LOG})


def _clients(given: Any) -> Any:
    """A client that is but a secret may read feeds."""
    if not isinstance(given, Mapping):
        return given
    return {name: {"secret": said} if isinstance(said, str | SecretStr) else said for name, said in given.items()}


class IdentitySettings(GatewaySettings, KeyringSettings):
    """`identity_keys_dir` holds the signing keys as PEM files; the newest name signs, all are published. `pepper` keys
    the hashes by which citizen numbers, accounts and sessions are found."""

    identity_database_url: str
    identity_keys_dir: Path
    pepper: Key
    identity_clients: Annotated[dict[str, ClientSettings], BeforeValidator(_clients)] = Field(default_factory=dict)
    """Services and staff tools that may ask for tokens: client id to secret, or to a `ClientSettings`."""
    identity_providers: Annotated[dict[Code, ProviderSettings], BeforeValidator(with_names)] = Field(
        default_factory=dict
    )
    """Digital ID providers by the code in the address of their login; `thaid` and `dga` need but id and secret."""
    session_idle_minutes: Annotated[int, Field(ge=1, le=1440)] = 30
    """A session that nobody uses ends after this."""
    session_hours: Annotated[int, Field(ge=1, le=168)] = 12
    """And every session after this."""
    logins_per_client: str = "120/hour"
    """Logins begun by one /24 or /64 (notation of the `limits` library; empty: no limit)."""
    login_failures_per_client: str = "30/hour"
    """Answers of providers that lead nowhere, brought by one /24 or /64."""
    invitation_failures_per_client: str = "20/hour"
    """Wrong codes of invitations typed by one /24 or /64."""
    invitation_failures_per_person: str = "5/hour;20/day"
    """The same by one person who has logged in, from wherever."""
