"""What the filing pages share: the draft behind the cookie, and the way from one page to the next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

import sqlalchemy as sa
from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from services.portal.clients.gateways import Unavailable
from services.portal.cookies import read_cookie, set_cookie
from services.portal.drafts.draft import Draft
from services.portal.drafts.store import KEPT, DraftGone
from services.portal.links import at
from services.portal.pages.common import portal_of
from services.portal.pages.filing.steps import SERVICE
from shared.contracts.authority import AuthorityConfigured

ROOT: Final = "petitions/new"
_DATABASE_AWAY: Final = (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError)

Result = TypeVar("Result")


def cookie_of(authority: AuthorityConfigured) -> str:
    """One draft an authority: writing to two of them at a time is fine."""
    return f"draft-{authority.code}"


async def current(request: Request, authority: AuthorityConfigured) -> Draft | None:
    """The draft that this browser has; None when there is none, or its time is over. Raises Unavailable."""
    desk, secret = portal_of(request).drafts, _secret(request, authority)
    try:
        return await _asked(lambda: desk.read(secret, authority.code)) if secret else None
    except DraftGone:
        return None


async def changed(
    request: Request, authority: AuthorityConfigured, decide: Callable[[Draft], Draft], secret: str = ""
) -> tuple[Draft, str]:
    """The draft as decided, and its secret (by default that of the cookie). Where there is none any more a new one is
    begun, so that what was typed is kept. Raises Unavailable, and whatever `decide` refuses by.
    """
    desk, known = portal_of(request).drafts, secret or _secret(request, authority)
    try:
        if known:
            return await _asked(lambda: desk.change(known, authority.code, decide)), known
    except DraftGone:
        known = ""
    fresh = await _asked(lambda: desk.begin(authority.code))
    return await _asked(lambda: desk.change(fresh, authority.code, decide)), fresh


async def secured(request: Request, authority: AuthorityConfigured) -> str:
    """The secret of the draft that this browser has, or of a new one. Raises Unavailable."""
    return (await changed(request, authority, lambda draft: draft))[1]


async def begun(request: Request, authority: AuthorityConfigured) -> str:
    """The secret of a new draft; one that was not sent is thrown away."""
    desk, secret = portal_of(request).drafts, _secret(request, authority)
    if secret:
        await _asked(lambda: desk.forget(secret))
    return await _asked(lambda: desk.begin(authority.code))


def going(request: Request, authority: AuthorityConfigured, to: str = "", secret: str = "", **query: str) -> Response:
    """On to a page of the wizard (POST-redirect-GET), remembering the draft for as long as it is kept."""
    path = f"{ROOT}/{to}" if to else ROOT
    return keeping(request, authority, RedirectResponse(at(request, authority, path, **query), 303), secret)


def keeping(request: Request, authority: AuthorityConfigured, answer: Response, secret: str) -> Response:
    """The answer, after which the browser has the draft for as long as it is kept."""
    if secret:
        seconds = int(KEPT.total_seconds())
        set_cookie(answer, portal_of(request).settings, cookie_of(authority), secret, seconds)
    return answer


def is_open(authority: AuthorityConfigured) -> bool:
    """Whether the authority takes petitions here."""
    return any(service.code == SERVICE and service.open for service in authority.services)


def _secret(request: Request, authority: AuthorityConfigured) -> str:
    return read_cookie(request, portal_of(request).settings, cookie_of(authority))


async def _asked(work: Callable[[], Result]) -> Result:
    try:
        return await run_in_threadpool(work)
    except _DATABASE_AWAY as error:
        raise Unavailable("portal") from error
