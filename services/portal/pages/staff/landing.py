"""`/staff/`: who has come in, and in which positions; others are told how one gets a position."""

from __future__ import annotations

from dataclasses import dataclass

import httpx
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from services.portal.clients.accounts import Position
from services.portal.clients.gateways import Unavailable
from services.portal.labels import ROLES
from services.portal.links import link
from services.portal.pages.account.who import Someone, place_of
from services.portal.pages.common import portal_of
from services.portal.rendering import language_of, named, render

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Shown:
    """A position as people read it; what is not known any more by its code, and for all authorities no name."""

    role: str
    authority: str
    department: str


@router.get("/staff")
async def without_slash(request: Request) -> Response:
    """Addresses are typed by people."""
    return RedirectResponse(link(request, "/staff/"), 308)


@router.get("/staff/")
async def landing(request: Request, account: Someone, done: str = "") -> Response:
    """403 for whoever has logged in and has no position."""
    place = await place_of(request)
    if not account.positions:
        return render(request, "staff/nobody.html", authority=place, status=httpx.codes.FORBIDDEN)
    positions = [await _shown(request, each) for each in account.positions]
    return render(request, "staff/landing.html", authority=place, positions=positions, done=done)


async def _shown(request: Request, position: Position) -> Shown:
    """Names from the authority's profile, as far as it can be had."""
    role, language = ROLES.get(position.role, position.role), language_of(request)
    try:
        profile = await portal_of(request).directory.find(position.authority)
    except Unavailable:
        profile = None
    if profile is None:
        code = "" if position.authority == "*" else position.authority
        return Shown(role, code, position.department or "")
    department = next((each for each in profile.departments if each.code == position.department), None)
    name = named(language, department) if department else position.department or ""
    return Shown(role, named(language, profile, "name_th"), name)
