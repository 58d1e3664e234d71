"""Which petition a page is about, and how its reader showed that it may be seen: a tracking code in the address, or a
number whose last digits of the phone were typed before (kept sealed in a cookie, never in an address)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, Final, TypeVar
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response
from starlette.exceptions import HTTPException

from services.portal.clients.gateways import Refused
from services.portal.links import at, link
from services.portal.pages.common import portal_of
from services.portal.sealed import keep_sealed, read_sealed
from shared.contracts.authority import AuthorityConfigured

LOOKED_UP: Final = "looked-up"
TOO_MANY: Final = 429
Page = TypeVar("Page", bound=Callable[..., Any])
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


async def _followed(request: Request) -> Followed:
    found = request.path_params
    return await (_by_code(request, found["code"]) if "code" in found else _by_number(request, **found))


async def _by_code(request: Request, code: str) -> Followed:
    view = await _shown(portal_of(request).gateways.get("tracking", f"/t/{quote(code)}", caller=request))
    authority = await portal_of(request).directory.find(view["authority"])
    if authority is None:
        raise HTTPException(404)
    return Followed(view, authority, {"tracking_code": code}, link(request, f"/t/{code}"))


async def _by_number(request: Request, authority: str, number: str, **_: str) -> Followed:
    profile = await portal_of(request).directory.find(authority)
    if profile is None:
        raise HTTPException(404)
    last4 = read_sealed(request, portal_of(request).settings, LOOKED_UP).get(number)
    if last4 is None:
        raise NotShown(number)
    view = await _shown(look_up(request, number, last4))
    return Followed(view, profile, {"number": number, "phone_last4": last4}, at(request, profile, f"track/{number}"))


async def _shown(asked: Awaitable[Any]) -> dict[str, Any]:
    """What tracking answers. Raises HTTPException 404, also for what it calls malformed; 429."""
    try:
        view: dict[str, Any] = await asked
    except Refused as refused:
        raise HTTPException(refused.status if refused.status == TOO_MANY else 404) from None
    return view


class NotShown(Exception):
    """The digits were not typed, or too long ago."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number


Following = Annotated[Followed, Depends(_followed)]
"""The petition that an address below `/t/{code}` or `/{authority}/track/{number}` is about."""


def on_petition(router: APIRouter, path: str, method: str) -> Callable[[Page], Page]:
    """The decorated page is below both addresses of a petition."""

    def register(page: Page) -> Page:
        for base in ("/t/{code}", "/{authority}/track/{number}"):
            router.add_api_route(base + path, page, methods=[method])
        return page

    return register
