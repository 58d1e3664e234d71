"""`/me/claims`: petitions that were filed without logging in become the member's, by a code on the phone on file."""

from __future__ import annotations

from typing import Any, Final

import httpx
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from services.portal.clients.accounts import Account
from services.portal.clients.gateways import Refused
from services.portal.cookies import drop_cookie
from services.portal.links import link
from services.portal.pages.account.who import Member, about_me, in_name_of, own_page
from services.portal.pages.common import portal_of, posted
from services.portal.pages.petitioner.proving import TOO_OFTEN
from services.portal.rendering import translate_all
from services.portal.sealed import keep_sealed, read_sealed
from services.portal.texts.catalogue import N_
from shared.kernel.phones import national

router = APIRouter()
CLAIM: Final = "claim"
"""The sealed cookie with the phone that was told, and the handle of the code that was asked for."""
NO_CONSENT: Final = N_("ท่านถอนความยินยอมให้ใช้ข้อมูลแล้ว กรุณาให้ความยินยอมก่อน")
TIMEOUT: Final = httpx.Timeout(8.0, connect=0.5)
"""Intake asks identity and tracking in turn."""
_TOO_MANY: Final = 429
_LONGEST: Final = 40


@router.get("/me/claims")
async def explain(request: Request, account: Member) -> Response:
    """Which petitions are meant, and the phone that a code goes to."""
    phone = national((await about_me(request, account)).get("phone") or "")
    return await _page(request, "claim.html", {"phone": phone}, {})


@router.post("/me/claims")
async def send(request: Request, account: Member) -> Response:
    """Have a code sent. The answer is the same whether or not there are such petitions."""
    phone = str((await posted(request)).get("phone", "")).strip()[:_LONGEST]
    try:
        begun = await _asked(request, account, "/me/claims", phone=phone)
    except Refused as refused:
        return await _refused(request, "claim.html", refused, {"phone": phone}, "phone")
    response = RedirectResponse(link(request, "/me/claims/code"), 303)
    keep_sealed(response, portal_of(request).settings, CLAIM, {"phone": phone, "id": begun["id"]})
    return response


@router.get("/me/claims/code")
async def ask(request: Request, _: Member) -> Response:
    """The six digits."""
    if not _begun(request):
        return RedirectResponse(link(request, "/me/claims"), 303)
    return await _page(request, "claim_code.html", {}, {})


@router.post("/me/claims/code")
async def prove(request: Request, account: Member) -> Response:
    """With the right code the petitions are in the member's list; how many, the list says."""
    otp = str((await posted(request)).get("otp", "")).strip()[:_LONGEST]
    begun = _begun(request)
    if not begun:
        return RedirectResponse(link(request, "/me/claims"), 303)
    try:
        done = await _asked(request, account, f"/me/claims/{begun['id']}", phone=begun["phone"], otp=otp)
    except Refused as refused:
        return await _refused(request, "claim_code.html", refused, {}, "otp")
    response = RedirectResponse(link(request, "/me/petitions", claimed=str(len(done["numbers"]))), 303)
    drop_cookie(response, portal_of(request).settings, CLAIM)
    return response


async def _asked(request: Request, account: Account, path: str, **told: str) -> dict[str, Any]:
    answer = await in_name_of(request, account, "intake", "POST", path, json=told, timeout=TIMEOUT)
    found: dict[str, Any] = answer.json()
    return found


def _begun(request: Request) -> dict[str, Any]:
    return read_sealed(request, portal_of(request).settings, CLAIM)


async def _refused(request: Request, template: str, refused: Refused, values: dict[str, str], field: str) -> Response:
    """What intake says is wrong, at the field."""
    known = {_TOO_MANY: {field: TOO_OFTEN}, httpx.codes.CONFLICT.value: {field: NO_CONSENT}}
    errors = known.get(refused.status) or refused.errors
    if not errors:
        raise refused
    page = await _page(request, template, values, errors, refused.status)
    if refused.retry_after:
        page.headers["Retry-After"] = refused.retry_after
    return page


async def _page(
    request: Request, template: str, values: dict[str, str], errors: dict[str, str], status: int = 200
) -> Response:
    told = {"values": values, "errors": translate_all(request, errors)}
    return await own_page(request, template, status=status, **told)
