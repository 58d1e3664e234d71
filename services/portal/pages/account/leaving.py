"""Logging out: here first, then at the provider."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from services.portal.clients.accounts import SessionEnded
from services.portal.clients.gateways import Unavailable
from services.portal.cookies import drop_cookie, read_cookie, set_cookie
from services.portal.links import link
from services.portal.pages.account.claiming import CLAIM
from services.portal.pages.account.entrance import ENTRANCE
from services.portal.pages.account.who import own_page
from services.portal.pages.common import portal_of, posted
from services.portal.pages.following import LOOKED_UP
from services.portal.pages.petitioner.proof import PROOF
from services.portal.pages.petitioner.proving import STEP_UP
from services.portal.security import VISITOR, VISITOR_SECONDS
from services.portal.visitor import SESSION, forget_account
from shared.kernel import ids

router = APIRouter()
PERSONAL: Final = (SESSION, ENTRANCE, PROOF, STEP_UP, LOOKED_UP, CLAIM)
"""Cookies by which this browser can show something of a person."""


@router.post("/logout")
async def logout(request: Request) -> Response:
    """Also when identity is away: this browser forgets the session, which then ends by itself.

    The provider is on another site, where a form of ours may not lead (its policy); the answer is a page that goes on.
    """
    await posted(request)
    provider = await _ended(request)
    forget_account(request)
    if provider:
        page = await own_page(request, "leaving.html", provider=provider)
        page.headers["Refresh"] = f"0; url={provider}"
        return forgotten(request, page)
    return forgotten(request, RedirectResponse(link(request, "/logged-out"), 303))


@router.get("/logged-out")
async def logged_out(request: Request) -> Response:
    """The end, also after the provider's."""
    return await own_page(request, "logged_out.html")


def forgotten(request: Request, response: Response) -> Response:
    """Nothing in this browser opens anything personal any more."""
    settings = portal_of(request).settings
    for name in PERSONAL:
        drop_cookie(response, settings, name)
    set_cookie(response, settings, VISITOR, ids.new_key().hex(), VISITOR_SECONDS)
    return response


async def _ended(request: Request) -> str | None:
    secret = read_cookie(request, portal_of(request).settings, SESSION)
    try:
        return await portal_of(request).accounts.end(secret) if secret else None
    except (Unavailable, SessionEnded):
        return None
