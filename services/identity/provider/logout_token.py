"""What a provider sends when somebody logs out there: a logout token (OpenID Connect Back-Channel Logout 1.0 §2.4)."""

from __future__ import annotations

from typing import Any, Final

from services.identity.provider.directory import Directory
from services.identity.provider.settings import ProviderSettings
from services.identity.provider.signed import DEFECTS, LEEWAY_SECONDS, opened, required
from shared.kernel import clock

EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
LONGEST_SECONDS: Final = 300
"""A logout that was told longer ago is not believed: the person may have logged in again since."""


class LogoutTokenInvalid(Exception):
    """It is no logout token of this provider for us."""


def logged_out_subject(token: object, settings: ProviderSettings, directory: Directory) -> str:
    """The provider's subject who has logged out (§2.6). Raises LogoutTokenInvalid, ProviderUnavailable.

    Sessions are not told apart by `sid`: a token must name the subject.
    """
    try:
        claims, header = opened(token, settings, directory)
        _check(claims, settings)
        required(header.get("typ", "logout+jwt").lower() in ("logout+jwt", "jwt"))
    except DEFECTS:
        raise LogoutTokenInvalid from None
    return str(claims["sub"])


def _check(claims: dict[str, Any], settings: ProviderSettings) -> None:
    audience, now = claims["aud"], int(clock.now().timestamp())
    required(claims["iss"] == settings.issuer)
    required(settings.client_id in (audience if isinstance(audience, list) else [audience]))
    required(-LEEWAY_SECONDS <= now - claims["iat"] < LONGEST_SECONDS)
    required(now - LEEWAY_SECONDS < claims["exp"])
    required(isinstance(claims["events"][EVENT], dict))
    required("nonce" not in claims)
    required(isinstance(claims["jti"], str))
    required(isinstance(claims["sub"], str) and 0 < len(claims["sub"]) <= 255)
