"""Tells clients that somebody logged out (OpenID Connect Back-Channel Logout 1.0)."""

from __future__ import annotations

from typing import Final

import httpx
import structlog
from joserfc import jwt

from sandbox.digital_id.provider import Provider
from shared.kernel import clock, ids

EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
LIFETIME_SECONDS: Final = 120
TIMEOUT: Final = httpx.Timeout(5.0)
_log = structlog.get_logger(__name__)


async def tell_clients(provider: Provider, subject: str) -> None:
    """Each client that wants to hear of it, once; who does not answer is not asked again."""
    async with httpx.AsyncClient(timeout=TIMEOUT) as web:
        for client in provider.clients:
            if client.backchannel_logout_uri:
                body = {"logout_token": logout_token(provider, client.client_id, subject)}
                await _told(provider, web, client.backchannel_logout_uri, body)


async def _told(provider: Provider, web: httpx.AsyncClient, address: str, body: dict[str, str]) -> None:
    try:
        answer = await web.post(address, data=body)
    except httpx.HTTPError as error:
        _log.warning("client_not_told", error=type(error).__name__)
    else:
        provider.noted("backchannel_logout", str(answer.status_code))


def logout_token(provider: Provider, client_id: str, subject: str) -> str:
    """A logout token (§2.4)."""
    now, key = int(clock.now().timestamp()), provider.keys.signing()
    claims = {"iss": provider.issuer, "sub": subject, "aud": client_id, "iat": now, "exp": now + LIFETIME_SECONDS}
    claims |= {"jti": str(ids.new_id()), "events": {EVENT: {}}}
    algorithm = str(key.as_dict()["alg"])
    return jwt.encode({"alg": algorithm, "kid": key.kid, "typ": "logout+jwt"}, claims, key, algorithms=[algorithm])
