"""Which petition a page is about, and how its reader showed that it may be seen: a tracking code in the address, or a
number whose last digits of the phone were typed before (kept sealed in a cookie, never in an address)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import Depends, Request, Response
from starlette.exceptions import HTTPException

from services.portal.clients.gateways import Refused
from services.portal.links import at, link
from services.portal.pages.common import Authority, portal_of
from services.portal.sealed import keep_sealed, read_sealed
from shared.contracts.authority import AuthorityConfigured

LOOKED_UP: Final = "looked-up"
MOST_KEPT: Final = 5
"""Petitions that one browser may follow by number at the same time."""


@dataclass(frozen=True, slots=True)
class Followed:
    """A petition that may be seen. `shown` is how: the fields that gateways ask for. `base` is the page's address."""

    view: dict[str, Any]
    authority: AuthorityConfigured
    shown: dict[str, str]
    base: str

    @property
    def number(self) -> str:
        """The petition's number."""
        return str(self.view["number"])


async def look_up(request: Request, number: str, last4: str) -> dict[str, Any]:
    """Where the petition stands. Raises Refused (404: unknown or wrong digits; 429), Unavailable."""
    told = {"number": number, "phone_last4": last4}
    answer = await portal_of(request).gateways.call("tracking", "POST", "/lookups", caller=request, json=told)
    view: dict[str, Any] = answer.json()
    return view


def remember(request: Request, response: Response, number: str, last4: str) -> None:
    """So that the page can be opened again for half an hour."""
    settings = portal_of(request).settings
    kept = {**read_sealed(request, settings, LOOKED_UP), number: last4}
    keep_sealed(response, settings, LOOKED_UP, dict(list(kept.items())[-MOST_KEPT:]))


async def _by_code(request: Request, code: str) -> Followed:
    try:
        view = await portal_of(request).gateways.get("tracking", f"/t/{code}", caller=request)
    except Refused as refused:
        raise HTTPException(429 if refused.status == 429 else 404) from None
    authority = await portal_of(request).directory.find(view["authority"])
    if authority is None:
        raise HTTPException(404)
    return Followed(view, authority, {"tracking_code": code}, link(request, f"/t/{code}"))


async def _by_number(request: Request, authority: Authority, number: str) -> Followed:
    last4 = read_sealed(request, portal_of(request).settings, LOOKED_UP).get(number)
    if last4 is None:
        raise NotShown(number)
    try:
        view = await look_up(request, number, last4)
    except Refused as refused:
        raise HTTPException(429 if refused.status == 429 else 404) from None
    shown = {"number": number, "phone_last4": last4}
    return Followed(view, authority, shown, at(request, authority, f"track/{number}"))


class NotShown(Exception):
    """The digits were not typed, or too long ago."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number


ByCode = Annotated[Followed, Depends(_by_code)]
ByNumber = Annotated[Followed, Depends(_by_number)]
