"""`/me/export` and `/me/erase`: all that is known about me, and being forgotten (PDPA B.E. 2562 s. 30, 31, 33)."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

import httpx
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from services.portal.clients.accounts import Account
from services.portal.clients.gateways import Refused, Unavailable
from services.portal.pages.account.leaving import forgotten
from services.portal.pages.account.petitions import mine
from services.portal.pages.account.who import Member, in_name_of, own_page
from services.portal.pages.common import portal_of, posted
from services.portal.rendering import language_of, named, translate
from services.portal.texts.catalogue import N_
from services.portal.visitor import forget_account

router = APIRouter()
TIMEOUT: Final = httpx.Timeout(15.0, connect=0.5)
"""Everything is opened and written out anew."""
CONFIRM: Final = N_("กรุณาทำเครื่องหมายยืนยันก่อนลบบัญชี")


@router.get("/me/export")
async def explain_export(request: Request, _: Member) -> Response:
    """What the file holds."""
    return await own_page(request, "export.html")


@router.get("/me/export.json")
async def export(request: Request, account: Member) -> Response:
    """The account and the petitions, for a program or for another service to read."""
    answer = await in_name_of(request, account, "identity", "GET", "/me/export", timeout=TIMEOUT)
    whole = answer.json() | {"petitions": await mine(request, account)}
    return JSONResponse(whole, headers=_passed_on(answer))


@router.get("/me/export.pdf")
async def export_paper(request: Request, account: Member) -> Response:
    """The same for people to read."""
    answer = await in_name_of(request, account, "documents", "GET", "/me/export.pdf", timeout=TIMEOUT)
    return Response(answer.content, headers=_passed_on(answer), media_type="application/pdf")


def _passed_on(answer: httpx.Response) -> dict[str, str]:
    """The file's own name; what it tells is kept nowhere."""
    return {"Content-Disposition": answer.headers["Content-Disposition"], "Cache-Control": "no-store"}


@router.get("/me/erase")
async def explain_erasure(request: Request, account: Member) -> Response:
    """What goes, what the law makes authorities keep, and that it cannot be undone."""
    return await own_page(request, "erase.html", errors={}, kept=await _kept(request, account))


@router.post("/me/erase")
async def erase(request: Request, account: Member) -> Response:
    """Only with the explicit confirmation. Identity says what became of the data, and where the provider's session is
    ended, which goes on."""
    form = await posted(request)
    if not form.get("sure"):
        errors = {"sure": translate(request, CONFIRM)}
        kept = await _kept(request, account)
        return await own_page(request, "erase.html", status=httpx.codes.UNPROCESSABLE_ENTITY, errors=errors, kept=kept)
    told = (await in_name_of(request, account, "identity", "DELETE", "/me", timeout=TIMEOUT)).json()
    portal_of(request).accounts.forget(account.secret)
    forget_account(request)
    page = await own_page(request, "erased.html", explanation=told["explanation"], provider=told["redirect_to"])
    return forgotten(request, page)


async def _kept(request: Request, account: Account) -> list[dict[str, Any]] | None:
    """The authorities that must keep petitions of this member for a time: name, number, years, rule. None: not known
    now."""
    try:
        found, profiles = await mine(request, account), await portal_of(request).directory.all()
    except (Unavailable, Refused):
        return None
    many = Counter(each["authority"] for each in found)
    language = language_of(request)
    return [
        {"name": named(language, profile, "name_th"), "many": many[code], **profile.settings.retention.model_dump()}
        for code, profile in profiles.items()
        if many[code] and profile.settings.retention.years
    ]
