"""What a provider signs: ID tokens, and UserInfo where it is signed too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet

from services.identity.login import Attempt, LoginRefused, Reason
from services.identity.provider.directory import Directory
from services.identity.provider.settings import ProviderSettings
from shared.kernel import clock

LEEWAY_SECONDS: Final = 60
LONGEST_SECONDS: Final = 24 * 3600
"""An ID token that was issued longer ago, or is good for longer than anybody logs in, is refused."""

DEFECTS: Final = (JoseError, ValueError, TypeError, KeyError, AttributeError)
"""A token may hold anything."""


class UnknownKey(Exception):
    """The token names a key that is not published, or none where there are several."""


def checked_id_token(
    id_token: object, access_token: str, attempt: Attempt, settings: ProviderSettings, directory: Directory
) -> dict[str, Any]:
    """The claims of an ID token that is right in every way (OpenID Connect Core §3.1.3.7). Raises LoginRefused."""
    try:
        claims = CodeIDToken(
            *opened(id_token, settings, directory), _rules(settings), _known(attempt, settings, access_token)
        )
        claims.validate(now=_now, leeway=LEEWAY_SECONDS)
        required(int(clock.now().timestamp()) - claims["iat"] < LONGEST_SECONDS)
        required("nonce" not in claims or claims["nonce"] == attempt.nonce)
        required(isinstance(claims["sub"], str) and 0 < len(claims["sub"]) <= 255)
    except DEFECTS:
        raise LoginRefused(Reason.TOKEN_INVALID) from None
    return dict(claims)


def checked_user_info(token: str, settings: ProviderSettings, directory: Directory) -> dict[str, Any]:
    """The claims of a signed UserInfo answer (§5.3.2). Raises LoginRefused."""
    rules = {
        "iss": {"essential": True, "value": settings.issuer},
        "aud": {"essential": True, "value": settings.client_id},
    }
    try:
        claims, _ = opened(token, settings, directory)
        jwt.JWTClaimsRegistry(now=_now, leeway=LEEWAY_SECONDS, **rules).validate(claims)  # type: ignore[arg-type]
    except DEFECTS:
        raise LoginRefused(Reason.USER_INFO_INVALID) from None
    return claims


def opened(token: object, settings: ProviderSettings, directory: Directory) -> tuple[dict[str, Any], Mapping[str, Any]]:
    """(claims, header), the signature checked with one of the provider's published keys and an allowed algorithm."""
    if not isinstance(token, str):
        raise TypeError
    for anew in (False, True):
        try:
            found = jwt.decode(token, _choice(directory.keys(anew=anew)), algorithms=list(settings.algorithms))
            return dict(found.claims), found.header
        except UnknownKey:
            continue
    raise ValueError("signed with an unknown key")


def _choice(keys: KeySet) -> Callable[[Any], Key]:
    def chosen(token: Any) -> Key:
        named = token.headers().get("kid")
        found = [key for key in keys.keys if named in (None, key.kid)]
        if len(found) != 1:
            raise UnknownKey
        return found[0]

    return chosen


def _rules(settings: ProviderSettings) -> dict[str, Any]:
    return {
        "iss": {"essential": True, "value": settings.issuer},
        "aud": {"essential": True, "value": settings.client_id},
        "sub": {"essential": True},
    }


def _known(attempt: Attempt, settings: ProviderSettings, access_token: str) -> dict[str, Any]:
    nonce = attempt.nonce if settings.nonce_required else None
    return {"client_id": settings.client_id, "nonce": nonce, "access_token": access_token}


def _now() -> int:
    return int(clock.now().timestamp())


def required(holds: bool) -> None:
    """Raises one of DEFECTS where it does not hold."""
    if not holds:
        raise ValueError
