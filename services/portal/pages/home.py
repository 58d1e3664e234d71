"""`/{authority}/`: an authority's home with its counters and services, and the menu of its One Stop Service centre."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from services.portal.clients.gateways import Refused, Unavailable
from services.portal.links import at
from services.portal.pages.common import Authority, portal_of
from services.portal.rendering import render
from shared.contracts.authority import AuthorityConfigured

router = APIRouter()


@router.get("/{authority}")
async def without_slash(request: Request, authority: Authority) -> Response:
    """Addresses are typed by people."""
    return RedirectResponse(at(request, authority), 308)


@router.get("/{authority}/")
async def home(request: Request, authority: Authority) -> Response:
    """The counters are left out while tracking does not answer; the services are there in any case."""
    figures = await figures_of(request, authority)
    return render(request, "home.html", authority=authority, figures=figures)


@router.get("/{authority}/services/{service}")
async def centre(request: Request, authority: Authority, service: str) -> Response:
    """The three menus of a service: file, follow, rate. A service that is not open yet says so."""
    found = next((each for each in authority.services if each.code == service), None)
    if found is None:
        raise HTTPException(404)
    return render(request, "centre.html", authority=authority, service=found)


async def figures_of(request: Request, authority: AuthorityConfigured) -> dict[str, Any] | None:
    """Tracking's statistics of the fiscal year; None when they cannot be had."""
    try:
        found: dict[str, Any] = await portal_of(request).gateways.get(
            "tracking", "/statistics", caller=request, params={"authority": authority.code}
        )
    except (Unavailable, Refused):
        return None
    return found
