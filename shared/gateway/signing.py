"""What an installation signs for itself: one petition, one purpose, for a short time (HS256 with `CAPABILITY_KEY`)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from shared.kernel import clock

ALGORITHM: Final = "HS256"


def signed(key: bytes, purpose: str, number: str, until: datetime) -> str:
    """A JWT that tells the petition's number and what it is good for; it says so itself and holds no secret."""
    claims = {"aud": purpose, "sub": number, "exp": int(until.timestamp())}
    return jwt.encode({"alg": ALGORITHM}, claims, OctKey.import_key(key), algorithms=[ALGORITHM])


def number_in(key: bytes, purpose: str, token: str) -> str | None:
    """The petition's number; None unless the token is genuine, for this purpose, and has not ended."""
    registry = jwt.JWTClaimsRegistry(
        now=lambda: int(clock.now().timestamp()),
        aud={"essential": True, "value": purpose},
        sub={"essential": True},
        exp={"essential": True},
    )
    try:
        claims = jwt.decode(token, OctKey.import_key(key), algorithms=[ALGORITHM]).claims
        registry.validate(claims)
    except (JoseError, ValueError):
        return None
    return str(claims["sub"])
