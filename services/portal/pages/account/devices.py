"""`/me/sessions`: where I am logged in, and ending it everywhere."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from services.portal.links import link
from services.portal.pages.account.leaving import forgotten
from services.portal.pages.account.who import Member, in_name_of, labels, own_page
from services.portal.pages.common import portal_of, posted

router = APIRouter()


@router.get("/me/sessions")
async def devices(request: Request, account: Member) -> Response:
    """Each session that goes on, this one first."""
    found = (await in_name_of(request, account, "identity", "GET", "/me/sessions")).json()
    listed = sorted(found, key=lambda each: not each["current"])
    return await own_page(request, "sessions.html", sessions=listed, labels=await labels(request))


@router.post("/me/sessions")
async def end_all(request: Request, account: Member) -> Response:
    """ออกจากระบบทุกอุปกรณ์, this one too."""
    await posted(request)
    await in_name_of(request, account, "identity", "DELETE", "/me/sessions")
    portal_of(request).accounts.forget(account.secret)
    return forgotten(request, RedirectResponse(link(request, "/logged-out"), 303))
