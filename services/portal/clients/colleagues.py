"""Who works for an authority, as identity tells it to its staff; kept for a moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from services.portal.clients.gateways import Gateways, Refused, Unavailable
from services.portal.clients.remembering import Remembered
from shared.kernel import clock

FRESH_SECONDS: Final = 30.0
GOOD_SECONDS: Final = 3600.0


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member of staff in a position; `name` is empty where none was told."""

    staff_id: str
    role: str
    department: str | None
    name: str


class Colleagues:
    """By authority. While identity does not answer, who was known within the hour; else nobody."""

    def __init__(self, gateways: Gateways) -> None:
        self._gateways = gateways
        self._kept: Remembered[str, tuple[Colleague, ...]] = Remembered()

    async def of(self, authority: str, headers: Mapping[str, str]) -> tuple[Colleague, ...]:
        """`headers`: the token of one of them."""
        if (fresh := self._kept.fresh(authority)) is not None:
            return fresh
        try:
            told = await self._gateways.get("identity", "/staff/colleagues", headers=headers)
        except (Unavailable, Refused):
            return self._kept.good(authority) or ()
        found = tuple(
            Colleague(each["staff_id"], each["role"], each["department"], each["name"] or "") for each in told
        )
        now = clock.monotonic()
        self._kept.keep(authority, found, now + FRESH_SECONDS, now + GOOD_SECONDS)
        return found

    def forget(self, authority: str) -> None:
        """Somebody came or went: ask anew."""
        self._kept.forget(lambda each: each == authority)
