"""`/staff/`: who has come in, and in which positions; others are told how one gets a position."""

from __future__ import annotations

import httpx
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from services.portal.links import link
from services.portal.pages.account.who import Someone, place_of
from services.portal.pages.staff.titles import title_of
from services.portal.pages.staff.work import working
from services.portal.rendering import render

router = APIRouter()


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
    titles = [await title_of(request, each) for each in account.positions]
    at_desk = {each.staff_id for each in working(account.positions)}
    return render(request, "staff/landing.html", authority=place, titles=titles, at_desk=at_desk, done=done)
