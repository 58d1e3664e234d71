"""What the sandbox is told when it starts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, HttpUrl, SecretStr

Address: TypeAlias = Annotated[HttpUrl, BeforeValidator(str)]
"""An http(s) URL, from a string or any library's URL."""


class SmsSandboxSettings(BaseModel):
    """Frozen; the defaults suit a demo and the tests."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    api_key: str = "sandbox"
    api_secret: SecretStr = SecretStr("sandbox")
    folder: Path | None = None
    """Where the ledger is kept; None keeps it in memory only."""
    credit: int = Field(default=100_000_000, ge=0)
    """How many parts may be sent before the account is empty."""
    max_segments: int = Field(default=3, ge=1)
    """Longest text in parts; Thai operators take about three."""

    callback_url: Address | None = None
    """Where delivery receipts go; None sends none, unless a request names its own `callback_url`."""
    callback_username: str | None = None
    """With `callback_password`: HTTP Basic on every receipt to the origin of `callback_url`, and nowhere else."""
    callback_password: SecretStr = SecretStr("")
    callback_header: str | None = None
    """Name of a header that carries `callback_secret` on the same receipts."""
    callback_secret: SecretStr = SecretStr("")
    request_callbacks: bool = True
    """Whether a request may name its own `callback_url`."""
    receipt_delay_seconds: float = Field(default=1.0, ge=0)
    receipt_attempts: int = Field(default=12, ge=1)
    """With the pauses below, for three minutes: as long as a database may take to start again."""
    receipt_retry_seconds: float = Field(default=0.5, ge=0)
    """Pause after the first failed attempt; it doubles with each further one, up to half a minute."""
    receipts_in_flight: int = Field(default=8, ge=1)

    links: dict[str, str] = Field(default_factory=dict)
    """What a tap in the inbox opens: `{"kathu.go.th/": "/t/"}` leads `kathu.go.th/6D0M5BX` to `/t/6D0M5BX`."""
