"""`/staff/invitation`: who was invited shows the code; it is typed into a form and never part of an address."""

from __future__ import annotations

from typing import Final

import httpx
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from services.portal.clients.gateways import Refused
from services.portal.links import link
from services.portal.pages.account.who import Someone, in_name_of, place_of
from services.portal.pages.common import portal_of, posted
from services.portal.rendering import render, translate_all
from services.portal.texts.catalogue import N_

router = APIRouter()
EMPTY: Final = N_("กรุณากรอกรหัสเชิญ")
LONGEST: Final = 100


@router.get("/staff/invitation")
async def ask(request: Request, _: Someone) -> Response:
    """The form."""
    return await _page(request, {})


@router.post("/staff/invitation")
async def accept(request: Request, account: Someone) -> Response:
    """A code gives its role once. A wrong one is not told apart from one that is used or too old."""
    form = await posted(request)
    code = str(form.get("code", "")).strip()[:LONGEST]
    if not code:
        return await _page(request, {"code": EMPTY})
    try:
        await in_name_of(request, account, "identity", "POST", "/staff/invitations/accept", json={"code": code})
    except Refused as refused:
        if refused.status not in (httpx.codes.NOT_FOUND, httpx.codes.TOO_MANY_REQUESTS):
            raise
        return await _page(request, {"code": refused.detail}, refused)
    portal_of(request).accounts.forget(account.secret)
    return RedirectResponse(link(request, "/staff/", done="accepted"), 303)


async def _page(request: Request, errors: dict[str, str], refused: Refused | None = None) -> Response:
    told = translate_all(request, errors)
    status = httpx.codes.UNPROCESSABLE_ENTITY if errors else httpx.codes.OK
    if refused and refused.status == httpx.codes.TOO_MANY_REQUESTS:
        status = httpx.codes.TOO_MANY_REQUESTS
    page = render(
        request,
        "staff/invitation.html",
        authority=await place_of(request),
        status=status,
        values={},
        errors=told,
    )
    if refused and refused.retry_after:
        page.headers["Retry-After"] = refused.retry_after
    return page
