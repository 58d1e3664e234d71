"""A short-lived signed link that opens one petition's form: what the filing's answer carries."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from shared.kernel import clock

LIFETIME: Final = timedelta(hours=1)
_ALGORITHMS: Final = ["HS256"]
_PURPOSE: Final = "khamrong/form"


def grant(key: bytes, number: str) -> str:
    """A capability for the whole form of the petition, good for an hour."""
    expires = int((clock.now() + LIFETIME).timestamp())
    claims = {"aud": _PURPOSE, "sub": number, "exp": expires}
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(key), algorithms=_ALGORITHMS)


def opens(key: bytes, capability: str, number: str) -> bool:
    """Whether the capability is genuine, has not ended and is for this petition."""
    registry = jwt.JWTClaimsRegistry(
        now=lambda: int(clock.now().timestamp()),
        aud={"essential": True, "value": _PURPOSE},
        sub={"essential": True, "value": number},
        exp={"essential": True},
    )
    try:
        registry.validate(jwt.decode(capability, OctKey.import_key(key), algorithms=_ALGORITHMS).claims)
    except (JoseError, ValueError):
        return False
    return True
