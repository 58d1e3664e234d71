"""Settings come from the environment (`KHAMRONG_…`) or, for secrets, from files in `KHAMRONG_SECRETS_DIR`.

A file in that folder is named like the variable in lower case: `khamrong_keyring_kek`.
"""

from __future__ import annotations

import base64
import os
from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import BeforeValidator, Field, SecretBytes, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict
from pydantic_settings.exceptions import SettingsError

PREFIX: Final = "KHAMRONG_"


class SettingsMissing(Exception):
    """Settings are absent or wrong; the text names each variable and says what is the matter."""


def _octets(value: Any) -> Any:
    return base64.b64decode(value, validate=True) if isinstance(value, str) else value


def _capitals(value: Any) -> Any:
    return value.upper() if isinstance(value, str) else value


Key = Annotated[SecretBytes, BeforeValidator(_octets), Field(min_length=32)]
"""At least 32 octets in base64."""

CipherKey = Annotated[Key, Field(max_length=32)]
"""Exactly 32 octets in base64: a key of AES-256."""

LogLevel = Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"], BeforeValidator(_capitals)]


class Settings(BaseSettings):
    """The base of every service's settings."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True, populate_by_name=True)

    public_url: str = "http://127.0.0.1:8000"
    """Where people and front ends reach Khamrong; no slash at the end."""
    log_level: LogLevel = "INFO"


class KeyringSettings(Settings):
    """For services that write or read personal fields."""

    keyring_database_url: str
    keyring_kek: CipherKey
    """The key-encryption key."""


class LookupLimits(Settings):
    """For gateways that open something to whoever knows a number and the last digits of a phone, or a tracking code.

    `pepper` keys the hashes of tracking codes, as intake's does. Limits are in the notation of the `limits` library
    (`5/hour`; empty: no limit) and count failures alone.
    """

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


class RetrySettings(Settings):
    """For whoever runs reactions."""

    retry_scale: float = 1.0
    """Makes the delays between attempts longer or shorter; the same for all processes of a broker."""


class FeedSettings(Settings):
    """For whoever reads other services' feeds; they are reached below `internal_url`."""

    internal_url: str = ""
    client_secret: SecretStr = SecretStr("")
    """With the service's name, the client credentials for tokens from identity."""


class MessagingSettings(RetrySettings, FeedSettings):
    """For workers and relays."""

    amqp_url: SecretStr


class GatewaySettings(Settings):
    """For HTTP gateways: who may call is told by tokens signed by identity."""

    jwks_url: str = ""
    """Where identity's public keys are; by default at the public URL."""

    @property
    def jwks(self) -> str:
        return self.jwks_url or f"{self.public_url}/api/identity/v1/.well-known/jwks.json"


Kind = TypeVar("Kind", bound=BaseSettings)
Other = TypeVar("Other", bound=BaseSettings)


def load(kind: type[Kind], **given: Any) -> Kind:
    """Read the settings. Raises SettingsMissing, which names every variable that is absent or wrong."""
    if secrets_dir := os.environ.get(f"{PREFIX}SECRETS_DIR"):
        given["_secrets_dir"] = secrets_dir
    try:
        return kind(**given)
    except ValidationError as error:
        raise SettingsMissing(_told(error)) from None
    except SettingsError as error:  # a value that must be JSON and is none
        raise SettingsMissing(f"settings:\n  {error}") from None


def load_both(one: type[Kind], other: type[Other]) -> tuple[Kind, Other]:
    """Read two kinds of settings. Raises SettingsMissing, which names what is absent or wrong in either."""
    missing: list[str] = []
    loaded: list[Any] = []
    for kind in (one, other):
        try:
            loaded.append(load(kind))
        except SettingsMissing as error:
            missing += str(error).splitlines()
    if missing:
        raise SettingsMissing("\n".join(dict.fromkeys(missing)))
    return loaded[0], loaded[1]


def _told(error: ValidationError) -> str:
    lines = [_named(problem["loc"]) + _what(problem) for problem in error.errors(include_input=False)]
    return "settings:\n  " + "\n  ".join(lines)


def _named(location: tuple[int | str, ...]) -> str:
    """The variable; nothing for what is wrong with several together, which names them itself."""
    return f"{PREFIX}{str(location[0]).upper()}: " if location else ""


def _what(problem: Any) -> str:
    return "is not set" if problem["type"] == "missing" else str(problem["msg"])
