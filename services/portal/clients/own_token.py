"""The portal's own token, from identity by client credentials, kept in this process until shortly before its end."""

from __future__ import annotations

from typing import Final

import structlog

from services.portal.clients.gateways import Gateways, Refused, Unavailable
from shared.kernel import clock

CLIENT: Final = "portal"
EARLY_SECONDS: Final = 60
_log = structlog.get_logger(__name__)


class OwnToken:
    """Who the portal is when it keeps people's sessions."""

    def __init__(self, gateways: Gateways, secret: str) -> None:
        self._gateways, self._secret = gateways, secret
        self._token, self._good_until = "", 0.0

    async def get(self) -> str:
        """Good for at least a minute. Raises Unavailable, also where identity does not know the portal."""
        if clock.monotonic() >= self._good_until:
            await self._renew()
        return self._token

    def forget(self) -> None:
        """It was refused: identity's keys may be others now."""
        self._good_until = 0.0

    async def _renew(self) -> None:
        form = {"grant_type": "client_credentials", "client_id": CLIENT, "client_secret": self._secret}
        try:
            answer = (await self._gateways.call("identity", "POST", "/tokens", data=form)).json()
        except Refused as refused:
            _log.error("portal_unknown_to_identity", status=refused.status)
            raise Unavailable("identity") from None
        self._token = answer["access_token"]
        self._good_until = clock.monotonic() + answer["expires_in"] - EARLY_SECONDS
