"""`/{authority}/login` and back from the provider: from identity's hand-over to a session of this browser."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

import httpx
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from services.portal.clients.accounts import Begun, SessionEnded
from services.portal.clients.gateways import Unavailable
from services.portal.cookies import drop_cookie, read_cookie, set_cookie
from services.portal.links import at, is_page, link
from services.portal.pages.account.who import PLACE, place_of, providers, with_problem
from services.portal.pages.common import Authority, portal_of
from services.portal.rendering import render
from services.portal.sealed import keep_sealed, read_sealed
from services.portal.security import VISITOR, VISITOR_SECONDS
from services.portal.texts.catalogue import N_
from services.portal.visitor import SESSION, account_of
from shared.contracts.authority import AuthorityConfigured
from shared.kernel import clock, ids

router = APIRouter()
ENTRANCE: Final = "entrance"
"""The sealed cookie that knows by whose door a person went to log in, and what page they wanted."""
HANDOVER: Final = "khamrong-handover"
"""Identity's cookie (docs/adr/0008): one use, one minute."""
ARRIVED: Final = "/login/done"
STAFF: Final = "/staff/"
"""Pages for which nobody needs a member's account."""
PROBLEMS: Final = {
    "cancelled": N_("ยังไม่ได้เข้าสู่ระบบ เพราะการยืนยันตัวตนถูกยกเลิก ท่านลองใหม่ได้ทุกเมื่อ"),
    "expired": N_("การเข้าสู่ระบบใช้เวลานานเกินไปหรือเปิดจากเครื่องอื่น กรุณาเริ่มใหม่อีกครั้ง"),
    "unavailable": N_("ผู้ให้บริการยืนยันตัวตนยังไม่ตอบสนอง กรุณาลองใหม่ในอีกสักครู่ หรือเลือกผู้ให้บริการอื่น"),
    "refused": N_("ยืนยันตัวตนไม่สำเร็จ กรุณาลองใหม่อีกครั้ง หากยังไม่ได้กรุณาติดต่อหน่วยงาน"),
    "too-many": N_("มีการเข้าสู่ระบบถี่เกินไปจากเครือข่ายของท่าน กรุณารอสักครู่แล้วลองใหม่ ระหว่างนี้ท่านยังยื่นคำร้องและติดตามผลได้"),
    "declined": N_("ท่านไม่ยินยอมให้ใช้ข้อมูล จึงไม่มีการสร้างบัญชี และระบบไม่ได้เก็บข้อมูลของท่านไว้"),
}
"""Why somebody is here again, as the address says."""
_YEAR_SECONDS: Final = 365 * 24 * 3600
TOO_MANY: Final = "too-many"
WAIT_SECONDS: Final = 600
"""Where the address does not tell how long."""
Wait = Annotated[int, Query(ge=0, le=86_400)]
Word = Annotated[str, Query(max_length=20)]
Wanted = Annotated[str, Query(max_length=300)]


@router.get("/login")
async def login_anywhere(request: Request, problem: Word = "", return_to: Wanted = "", wait: Wait = 0) -> Response:
    """Where identity leads when a login came to nothing: back to the door that the person came by."""
    portal = portal_of(request)
    told = read_sealed(request, portal.settings, ENTRANCE)
    known = await place_of(request, told.get("authority", ""))
    wanted = return_to or told.get("to", "")
    if known is None:
        return await _page(request, None, wanted if is_page(wanted) else link(request, "/"), problem, wait)
    asked = (("problem", problem), ("return_to", wanted), ("wait", str(wait or "")))
    query = {name: value for name, value in asked if value}
    return RedirectResponse(at(request, known, "login", **query), 303)


@router.get("/login/done")
async def arrived(request: Request) -> Response:
    """The hand-over is exchanged behind the browser's back; this browser has a new session, whatever it had before."""
    portal = portal_of(request)
    handover = request.cookies.get(_handover(request), "")
    if not handover:
        return RedirectResponse(with_problem(link(request, "/login"), "expired"), 303)
    try:
        begun = await portal.accounts.begin(handover)
    except SessionEnded:
        return RedirectResponse(with_problem(link(request, "/login"), "expired"), 303)
    await _end_former(request)
    wanted = read_sealed(request, portal.settings, ENTRANCE).get("to") or link(request, "/me/")
    is_expected = begun.registered or begun.is_staff or wanted.startswith(link(request, STAFF))
    response = RedirectResponse(wanted if is_expected else link(request, "/me/consent"), 303)
    _keep_session(request, response, begun)
    return response


@router.get("/{authority}/login")
async def login(
    request: Request, authority: Authority, problem: Word = "", return_to: Wanted = "", wait: Wait = 0
) -> Response:
    """What logging in gives, and the ways to do it. Anonymous filing and following go on beside it."""
    if elsewhere := _main_address(request, authority):
        return RedirectResponse(elsewhere, 303)
    wanted = return_to if is_page(return_to) else at(request, authority)
    account = account_of(request)
    if account and account.registered:
        return RedirectResponse(wanted, 303)
    return await _page(request, authority, wanted, problem, wait)


async def _page(
    request: Request, authority: AuthorityConfigured | None, wanted: str, problem: str, wait: int
) -> Response:
    settings = portal_of(request).settings
    told: dict[str, Any] = {"providers": await providers(request), "problem": PROBLEMS.get(problem, "")}
    status = httpx.codes.TOO_MANY_REQUESTS if problem == TOO_MANY else httpx.codes.OK
    page = render(request, "account/login.html", authority=authority, status=status, arrived=ARRIVED, **told)
    if status != httpx.codes.OK:
        page.headers["Retry-After"] = str(wait or WAIT_SECONDS)
    keep_sealed(page, settings, ENTRANCE, {"to": wanted, "authority": authority.code if authority else ""})
    if authority:
        set_cookie(page, settings, PLACE, authority.code, _YEAR_SECONDS)
    return page


def _main_address(request: Request, authority: AuthorityConfigured) -> str:
    """People log in at the installation's main address alone: providers lead back there. Empty when this is it."""
    main = urlsplit(portal_of(request).settings.public_url)
    on_own_domain = authority.settings.domain and request.url.hostname == authority.settings.domain
    return f"{main.geturl()}/{authority.code}/login" if on_own_domain and request.url.hostname != main.hostname else ""


def _handover(request: Request) -> str:
    return f"__Host-{HANDOVER}" if portal_of(request).settings.public_url.startswith("https://") else HANDOVER


async def _end_former(request: Request) -> None:
    """Nobody comes back to the session that this browser had."""
    former = read_cookie(request, portal_of(request).settings, SESSION)
    if former:
        with suppress(Unavailable, SessionEnded):
            await portal_of(request).accounts.end(former)


def _keep_session(request: Request, response: Response, begun: Begun) -> None:
    """The forms' tokens change with it."""
    settings = portal_of(request).settings
    seconds = int((begun.ends_at - clock.now()).total_seconds())
    set_cookie(response, settings, SESSION, begun.secret, seconds)
    set_cookie(response, settings, VISITOR, ids.new_key().hex(), VISITOR_SECONDS)
    if begun.registered:
        drop_cookie(response, settings, ENTRANCE)
    is_secure = settings.public_url.startswith("https://")
    response.set_cookie(_handover(request), "", 0, path="/", secure=is_secure, httponly=True, samesite="lax")
