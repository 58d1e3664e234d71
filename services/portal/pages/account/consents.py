"""`/me/consents`: what I agreed to, and agreeing no longer."""

from __future__ import annotations

import httpx
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from services.portal.clients.gateways import Refused
from services.portal.links import link
from services.portal.pages.account.who import Member, about_me, in_name_of, own_page
from services.portal.pages.common import portal_of, posted

router = APIRouter()


@router.get("/me/consents")
async def consents(request: Request, account: Member, done: str = "") -> Response:
    """Each text in force, whether it is agreed to, and in which version."""
    me = await about_me(request, account)
    return await own_page(request, "consents.html", consents=me["consents"], done=done)


@router.post("/me/consents")
async def decide(request: Request, account: Member) -> Response:
    """Agree, or withdraw; again is no error. A text that has changed meanwhile is shown as it is now."""
    form = await posted(request)
    agree = form.get("decision") == "agree"
    told = {"purpose": str(form.get("purpose", "")), "agree": agree, "version": str(form.get("version", ""))}
    try:
        await in_name_of(request, account, "identity", "POST", "/me/consents", json=told)
    except Refused as refused:
        if refused.status != httpx.codes.CONFLICT:
            raise
        return RedirectResponse(link(request, "/me/consents", done="outdated"), 303)
    portal_of(request).accounts.forget(account.secret)
    return RedirectResponse(link(request, "/me/consents", done="given" if agree else "withdrawn"), 303)
