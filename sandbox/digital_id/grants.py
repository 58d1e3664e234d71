"""What is remembered between the steps of a log-in: browsers, interactions, codes and tokens."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class AuthorizationRequest(BaseModel):
    """A checked request of a client (OpenID Connect Core §3.1.2.1). Frozen."""

    model_config = ConfigDict(frozen=True)

    client_id: str
    redirect_uri: str
    scopes: tuple[str, ...]
    state: str | None = None
    nonce: str | None = None
    code_challenge: str | None = None
    prompts: frozenset[str] = frozenset()
    max_age: int | None = None


class Login(BaseModel):
    """Who proved to be whom, when (seconds since 1970), and what that proves. Frozen."""

    model_config = ConfigDict(frozen=True)

    person_id: str
    at: int
    assurance: str


class Browser(BaseModel):
    """One browser's session with a flavour. Its key changes at each log-in, `browser_id` does not."""

    browser_id: str
    login: Login | None = None


class Phone(StrEnum):
    """What the phone that scanned the QR said."""

    APPROVED = "approved"
    REFUSED = "refused"


class Interaction(BaseModel):
    """An authorization request that waits for a person."""

    request: AuthorizationRequest
    browser_id: str
    qr: str
    logged_in: frozenset[str] = frozenset()
    """Browsers (by id) whose person logged in for this very request: the one that asked, the phone."""
    phone: Phone | None = None
    phone_login: Login | None = None
    answer: str | None = None
    """Where the browser was sent in the end; whoever presses twice is sent there again."""


class Scanned(BaseModel):
    """Which interaction a QR stands for."""

    interaction: str


class Grant(BaseModel):
    """What a person allowed a client, behind a code and the tokens that come of it."""

    grant_id: str
    request: AuthorizationRequest
    login: Login
    used: bool = False


class Token(BaseModel):
    """Behind an access or refresh token. Times in seconds since 1970."""

    grant: Grant
    issued_at: int
    expires_at: int


class Texts(BaseModel):
    """How many texts a phone was sent of late."""

    sent: int = 0


class Revoked(BaseModel):
    """A grant whose code was used twice (RFC 6749 §4.1.2), or that its person ended."""
