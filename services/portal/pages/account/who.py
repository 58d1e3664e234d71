"""Pages for who has logged in: for anybody who did, or for members alone; and calls to gateways in their name."""

from __future__ import annotations

from typing import Annotated, Any, Final
from urllib.parse import urlencode

import httpx
from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse

from services.portal.clients.accounts import Account
from services.portal.clients.gateways import Refused, Unavailable
from services.portal.cookies import read_cookie
from services.portal.links import link
from services.portal.pages.common import portal_of
from services.portal.rendering import render
from services.portal.visitor import account_of, is_unknown
from shared.contracts.authority import AuthorityConfigured

PLACE: Final = "authority"
"""The cookie with the code of the authority by whose door somebody came in: their own pages look like its pages."""
NOT_REGISTERED: Final = "urn:khamrong:not-registered"


class NotLoggedIn(Exception):
    """The page is for who has logged in. `wanted` is where it goes on then; by default on this page, if it can."""

    def __init__(self, wanted: str = "") -> None:
        super().__init__()
        self.wanted = wanted


class NotRegistered(Exception):
    """The page is for members, and this person has no account yet."""


async def _someone(request: Request) -> Account:
    account = account_of(request)
    if account is None:
        raise Unavailable("identity") if is_unknown(request) else NotLoggedIn
    return account


async def _member(account: Annotated[Account, Depends(_someone)]) -> Account:
    if not account.registered:
        raise NotRegistered
    return account


Someone = Annotated[Account, Depends(_someone)]
"""Somebody who has logged in, with or without an account; others are led to the login."""
Member = Annotated[Account, Depends(_member)]
"""A member; who has no account yet is led to where one is made."""


async def in_name_of(
    request: Request, account: Account, service: str, method: str, path: str, **asked: Any
) -> httpx.Response:
    """Call a gateway as this person. Raises NotLoggedIn (the session ended), NotRegistered, Refused, Unavailable."""
    try:
        return await portal_of(request).gateways.call(
            service, method, path, caller=request, headers=account.bearer, **asked
        )
    except Refused as refused:
        if refused.status == httpx.codes.UNAUTHORIZED:
            portal_of(request).accounts.forget(account.secret)
            raise NotLoggedIn from None
        if refused.kind == NOT_REGISTERED:
            portal_of(request).accounts.forget(account.secret)
            raise NotRegistered from None
        raise


async def about_me(request: Request, account: Account) -> dict[str, Any]:
    """What identity knows of the person; the citizen number masked."""
    told: dict[str, Any] = (await in_name_of(request, account, "identity", "GET", "/me")).json()
    return told


async def providers(request: Request) -> list[dict[str, str]] | None:
    """The ways to log in; None while identity cannot say."""
    try:
        found: list[dict[str, str]] = await portal_of(request).gateways.get("identity", "/providers", caller=request)
    except (Unavailable, Refused):
        return None
    return found


async def labels(request: Request) -> dict[str, str]:
    """What providers are called, by their code; those that are not known any more are left out."""
    return {each["code"]: each["label"] for each in await providers(request) or ()}


async def place_of(request: Request, code: str = "") -> AuthorityConfigured | None:
    """By whose door the person came in, if that is known; `code` where another cookie tells it."""
    portal = portal_of(request)
    try:
        return await portal.directory.find(code or read_cookie(request, portal.settings, PLACE))
    except Unavailable:
        return None


async def own_page(request: Request, template: str, *, status: int = 200, **told: Any) -> Response:
    """A page of the person's own."""
    return render(request, f"account/{template}", authority=await place_of(request), status=status, **told)


async def to_login(request: Request, error: Exception) -> Response:
    """The page is wanted still when the person has logged in."""
    assert isinstance(error, NotLoggedIn)
    wanted = error.wanted or (request.url.path if request.method == "GET" else "")
    return RedirectResponse(link(request, "/login", **({"return_to": wanted} if wanted else {})), 303)


async def to_consent(request: Request, _: Exception) -> Response:
    """First there is an account to be made."""
    return RedirectResponse(link(request, "/me/consent"), 303)


def with_problem(address: str, problem: str) -> str:
    """The address of a login page that says what went wrong."""
    return f"{address}?{urlencode({'problem': problem})}"
