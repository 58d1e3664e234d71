"""The authorities as intake tells them, kept for a while: the portal goes on when intake is away."""

from __future__ import annotations

import asyncio
from typing import Final

from services.portal.clients.gateways import Gateways, Refused, Unavailable
from shared.contracts.authority import AuthorityConfigured
from shared.kernel import clock

FRESH_SECONDS: Final = 15.0
RETRY_SECONDS: Final = 2.0


class Directory:
    """Every authority's public profile, by code. What is known serves at once, and is asked for anew beside; also while
    intake does not answer."""

    def __init__(self, gateways: Gateways) -> None:
        self._gateways = gateways
        self._known: dict[str, AuthorityConfigured] = {}
        self._good_until = 0.0
        self._asking: asyncio.Task[None] | None = None

    async def all(self) -> dict[str, AuthorityConfigured]:
        """In the order of their codes. Raises Unavailable when they were never had, and cannot be had now."""
        if clock.monotonic() > self._good_until:
            asking = self._asked()
            if not self._known:
                await asyncio.shield(asking)
        if not self._known:
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

    def expect_change(self) -> None:
        """Something was just changed: whoever comes next has it asked for anew."""
        self._good_until = 0.0

    def _asked(self) -> asyncio.Task[None]:
        """The one request that is under way for everybody."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._refresh())
        return self._asking

    async def _refresh(self) -> None:
        try:
            listed = await self._gateways.get("intake", "/authorities")
            codes = [each["code"] for each in listed]
            profiles = await asyncio.gather(*(self._gateways.get("intake", f"/authorities/{code}") for code in codes))
        except (Unavailable, Refused):
            self._good_until = clock.monotonic() + RETRY_SECONDS
            return
        self._known = {each["code"]: AuthorityConfigured.model_validate(each) for each in profiles}
        self._good_until = clock.monotonic() + FRESH_SECONDS
