"""Access tokens: short-lived JWTs that the gateways check against the JWKS."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from joserfc import jwt

from services.identity.keys import SigningKeys
from shared.gateway.tokens import AUDIENCE, ISSUER, Caller, audience_of
from shared.kernel import clock, ids

LIFETIME: Final = timedelta(minutes=15)
"""Of a service's or a tool's token."""

PERSONS_LIFETIME: Final = timedelta(minutes=5)
"""Of a token that goes with a session: so long does a session that was ended reach on at the other gateways."""


def issue(keys: SigningKeys, caller: Caller, lifetime: timedelta = LIFETIME, service: str | None = None) -> str:
    """A signed token with the caller's claims (RFC 9068 in spirit), which all services take, or one alone."""
    key = keys.signing()
    now = clock.now()
    claims: dict[str, Any] = {
        **caller.model_dump(mode="json", exclude_none=True),
        "iss": ISSUER,
        "aud": audience_of(service) if service else AUDIENCE,
        "iat": int(now.timestamp()),
        "exp": int((now + lifetime).timestamp()),
        "jti": str(ids.new_id()),
    }
    return jwt.encode({"alg": "ES256", "kid": key.kid}, claims, key, algorithms=["ES256"])
