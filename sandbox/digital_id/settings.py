"""What the sandbox is told when it starts."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, SecretStr

FlavourName = Literal["thaid", "dga"]


class Client(BaseModel):
    """A relying party that one flavour knows. Frozen."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    flavour: FlavourName
    client_id: str
    client_secret: SecretStr
    """As registered; DGA's clients send a hash of it."""
    name: str = "ศูนย์บริการจุดเดียวเบ็ดเสร็จ (คำร้อง)"
    """Shown to people who are asked for their consent."""
    redirect_uris: tuple[str, ...]
    """Compared to the letter."""
    post_logout_redirect_uris: tuple[str, ...] = ()
    backchannel_logout_uri: str | None = None
    """Where it is told that somebody logged out."""
    scopes: frozenset[str] | None = None
    """Which scopes were granted to the client; None: every one of the flavour."""


class DigitalIdSettings(BaseModel):
    """Frozen; the defaults suit the tests."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = "http://127.0.0.1:8026"
    """Where browsers reach the sandbox, no slash at the end. The issuers are `<url>/thaid` and `<url>/dga`."""
    folder: Path | None = None
    """Where people, keys and log-ins are kept; None keeps them in memory."""
    clients: tuple[Client, ...] = ()

    sms_url: str = ""
    """The SMS gateway that one-time passwords go through; empty: registration cannot pass the fourth step."""
    sms_api_key: str = "sandbox"
    sms_api_secret: SecretStr = SecretStr("sandbox")
    sms_page: str = ""
    """Where the texts can be read, for a link on the pages."""
