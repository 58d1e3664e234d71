"""The first login: การยินยอมให้ใช้ข้อมูล, then who the provider says it is, then สร้างบัญชี."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from services.portal.clients.accounts import PURPOSE, Account
from services.portal.clients.gateways import Unavailable
from services.portal.cookies import drop_cookie
from services.portal.links import link
from services.portal.pages.account.contact import typed, values_of
from services.portal.pages.account.contact_form import Outdated, contact_page, searched, sent
from services.portal.pages.account.entrance import ENTRANCE, PROBLEMS
from services.portal.pages.account.leaving import forgotten
from services.portal.pages.account.who import Member, Someone, about_me, in_name_of, own_page, with_problem
from services.portal.pages.common import portal_of, posted
from services.portal.sealed import keep_sealed, read_sealed
from services.portal.visitor import forget_account

router = APIRouter()
AGREED: Final = "agreed"
"""The sealed cookie with the version of the text that was agreed to, until the account is made."""


@router.get("/me/consent")
async def consent(request: Request, account: Someone) -> Response:
    """What is used, what for, for how long; nothing is kept before the person agrees."""
    if account.registered:
        return RedirectResponse(link(request, "/me/"), 303)
    return await own_page(request, "consent.html", text=_text(await about_me(request, account)))


@router.post("/me/consent")
async def decided(request: Request, account: Someone) -> Response:
    """ยินยอม leads on; ไม่ยินยอม forgets the person and leads back."""
    form = await posted(request)
    if account.registered:
        return RedirectResponse(link(request, "/me/"), 303)
    if form.get("decision") != "agree":
        return await _declined(request, account)
    response = RedirectResponse(link(request, "/me/join"), 303)
    told = {"version": str(form.get("version", ""))[:20]}
    keep_sealed(response, portal_of(request).settings, AGREED, told)
    return response


@router.get("/me/join")
async def join(request: Request, account: Someone) -> Response:
    """Who the provider says it is, and what is still to be told."""
    if account.registered:
        return RedirectResponse(link(request, "/me/"), 303)
    if not _version(request):
        return RedirectResponse(link(request, "/me/consent"), 303)
    me = await about_me(request, account)
    return await contact_page(request, "join.html", values_of(me), {}, me=me)


@router.post("/me/join")
async def joined(request: Request, account: Someone) -> Response:
    """The account is made, once, however often this is pressed; the person is a member from here on."""
    form = await posted(request)
    values = typed(form)
    if found := await searched(request, form, values):
        me = await about_me(request, account)
        return await contact_page(request, "join.html", found[0], {}, found[1], me=me)
    try:
        errors = await sent(request, account, "POST", "/me/register", form, consent_version=_version(request))
    except Outdated:
        return RedirectResponse(link(request, "/me/consent"), 303)
    if errors:
        return await contact_page(request, "join.html", values, errors, me=await _shown(request, account))
    portal_of(request).accounts.forget(account.secret)
    response = RedirectResponse(link(request, "/me/welcome"), 303)
    drop_cookie(response, portal_of(request).settings, AGREED)
    return response


@router.get("/me/welcome")
async def welcome(request: Request, account: Member) -> Response:
    """The account is there; on to what was wanted."""
    wanted = read_sealed(request, portal_of(request).settings, ENTRANCE).get("to") or link(request, "/me/petitions")
    return await own_page(request, "welcome.html", wanted=wanted)


async def _declined(request: Request, account: Account) -> Response:
    """What the provider told is destroyed, and the session with it; the provider's, which goes on, can be ended too."""
    told = (await in_name_of(request, account, "identity", "DELETE", "/me")).json()
    portal_of(request).accounts.forget(account.secret)
    forget_account(request)
    if told["redirect_to"]:
        page = await own_page(request, "declined.html", provider=told["redirect_to"], problem=PROBLEMS["declined"])
        return forgotten(request, page)
    return forgotten(request, RedirectResponse(with_problem(link(request, "/login"), "declined"), 303))


async def _shown(request: Request, account: Account) -> dict[str, Any] | None:
    """Who it is, as long as identity says so."""
    try:
        return await about_me(request, account)
    except Unavailable:
        return None


def _text(me: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in me["consents"] if each["purpose"] == PURPOSE)
    return found


def _version(request: Request) -> str:
    return str(read_sealed(request, portal_of(request).settings, AGREED).get("version", ""))
