"""Makes the signed tokens, well or in one of the ways that a relying party must refuse."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import timedelta
from typing import Any, Final

import orjson
from joserfc import jwt

from sandbox.digital_id.behaviour import Behaviour, Mode
from sandbox.digital_id.keys import KeyRing, SigningKey
from shared.kernel import clock, ids

LIFETIME: Final = timedelta(minutes=5)
ELSEWHERE: Final = "https://elsewhere.example"
AN_HOUR: Final = 3600
Claims = dict[str, Any]


def id_token_claims(issuer: str, client_id: str, subject: str, nonce: str | None, auth_time: int) -> Claims:
    """The claims that every ID token has (OpenID Connect Core §2)."""
    now = int(clock.now().timestamp())
    claims: Claims = {"iss": issuer, "sub": subject, "aud": client_id, "azp": client_id, "auth_time": auth_time}
    claims |= {"iat": now, "exp": now + int(LIFETIME.total_seconds())}
    return claims | ({"nonce": nonce} if nonce is not None else {})


def at_hash(access_token: str) -> str:
    """The left half of the token's SHA-256 (§3.1.3.6), for ES256 and RS256."""
    return encoded(hashlib.sha256(access_token.encode()).digest()[:16])


def spoilt(claims: Claims, behaviour: Behaviour) -> Claims:
    """The claims of an ID token as the behaviour wants them."""
    told: dict[Mode, Claims] = {
        Mode.INVALID_ISS: {"iss": ELSEWHERE},
        Mode.MISSING_SUB: {"sub": None},
        Mode.INVALID_AUD: {"aud": "somebody-else", "azp": "somebody-else"},
        Mode.MISSING_IAT: {"iat": None},
        Mode.FUTURE_IAT: {"iat": claims["iat"] + AN_HOUR, "exp": claims["exp"] + AN_HOUR},
        Mode.MISSING_EXP: {"exp": None},
        Mode.EXPIRED: {"iat": claims["iat"] - 2 * AN_HOUR, "exp": claims["iat"] - AN_HOUR},
        Mode.NONCE_INVALID: {"nonce": str(ids.new_id())},
        Mode.NONCE_MISSING: {"nonce": None},
        Mode.WRONG_AZP: {"aud": [claims["aud"], "somebody-else"], "azp": "somebody-else"},
        Mode.AT_HASH_INVALID: {"at_hash": at_hash("another token")},
    }
    changed = dict(claims)
    for mode, changes in told.items():
        changed |= changes if mode in behaviour else {}
    return {name: value for name, value in changed.items() if value is not None}


def signed(claims: Claims, keys: KeyRing, behaviour: Behaviour) -> str:
    """A JWT in compact form."""
    if Mode.ROTATION_BEFORE_SIGNING in behaviour:
        keys.rotate()
    if Mode.SIG_NONE in behaviour:
        return f"{_json({'alg': 'none'})}.{_json(claims)}."
    if Mode.HS256_PUBLIC_KEY in behaviour:
        return _by_hmac(claims, keys.signing())
    key = _chosen(keys, behaviour)
    algorithm = str(key.as_dict()["alg"])
    header = {"alg": algorithm} if Mode.KID_ABSENT in behaviour else {"alg": algorithm, "kid": key.kid}
    return jwt.encode(header, claims, key, algorithms=[algorithm])


def _chosen(keys: KeyRing, behaviour: Behaviour) -> SigningKey:
    if Mode.INVALID_SIG in behaviour:
        return keys.stranger()
    other = next((mode.name for mode in (Mode.RS256, Mode.ES256) if mode in behaviour), None)
    return keys.other(other) if other else keys.signing()


def _by_hmac(claims: Claims, key: SigningKey) -> str:
    """What a library that trusts the header takes for a good signature: it finds the public key and uses its PEM."""
    content = f"{_json({'alg': 'HS256', 'kid': key.kid})}.{_json(claims)}"
    secret = key.as_pem(private=False)
    return f"{content}.{encoded(hmac.new(secret, content.encode(), hashlib.sha256).digest())}"


def _json(content: Claims) -> str:
    return encoded(orjson.dumps(content))


def encoded(octets: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()
