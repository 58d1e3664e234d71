"""The authorities as intake tells them, kept for a while: the portal goes on when intake is away."""

from __future__ import annotations

import asyncio
from typing import Final

from services.portal.clients.gateways import Gateways, Unavailable
from shared.contracts.authority import AuthorityConfigured
from shared.kernel import clock

FRESH_SECONDS: Final = 15.0
RETRY_SECONDS: Final = 2.0


class Directory:
    """Every authority's public profile, by code. Kept profiles serve while intake does not answer."""

    def __init__(self, gateways: Gateways) -> None:
        self._gateways = gateways
        self._known: dict[str, AuthorityConfigured] | None = None
        self._asked_again_at = 0.0
        self._asking = asyncio.Lock()

    async def all(self) -> dict[str, AuthorityConfigured]:
        """In the order of their codes. Raises Unavailable when they were never had, and cannot be had now."""
        if self._known is None or clock.monotonic() > self._asked_again_at:
            async with self._asking:
                if self._known is None or clock.monotonic() > self._asked_again_at:
                    await self._refresh()
        if self._known is None:
            raise Unavailable("intake")
        return self._known

    async def find(self, code: str) -> AuthorityConfigured | None:
        """The authority with this code. Raises Unavailable."""
        return (await self.all()).get(code)

    async def at_domain(self, host: str) -> AuthorityConfigured | None:
        """The authority whose own domain this is. None also while nothing is known of any authority."""
        try:
            known = await self.all()
        except Unavailable:
            return None
        return next((each for each in known.values() if each.settings.domain == host), None)

    async def _refresh(self) -> None:
        self._asked_again_at = clock.monotonic() + FRESH_SECONDS
        try:
            listed = await self._gateways.get("intake", "/authorities")
            codes = [each["code"] for each in listed]
            profiles = await asyncio.gather(*(self._gateways.get("intake", f"/authorities/{code}") for code in codes))
        except Unavailable:
            self._asked_again_at = clock.monotonic() + RETRY_SECONDS
            return
        self._known = {each["code"]: AuthorityConfigured.model_validate(each) for each in profiles}
