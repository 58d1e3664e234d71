"""Pages for who works here: in which position, the calls to gateways in that position, and the frame of the pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Final

import httpx
from fastapi import Depends, Request, Response
from starlette.exceptions import HTTPException

from services.portal import labels
from services.portal.clients.accounts import Account, Position, PositionRevoked, SessionEnded
from services.portal.clients.gateways import Refused
from services.portal.cookies import read_cookie
from services.portal.pages.account.who import NotLoggedIn, Someone, place_of
from services.portal.pages.common import portal_of
from services.portal.pages.staff.people import People
from services.portal.pages.staff.rooms import DESK, rooms_of
from services.portal.pages.staff.titles import Title, title_of
from services.portal.rendering import render
from shared.contracts.authority import AuthorityConfigured
from shared.contracts.registry import FACTS

POSITION: Final = "position"
"""The cookie with the id of the position that was chosen, for who has several."""

KINDS: Final = " ".join(sorted(name for name in FACTS if name.startswith("petition.")))
"""The facts that open pages hear of."""


class NotAtWork(Exception):
    """Nobody who works for an authority."""


@dataclass(frozen=True, slots=True)
class Work:
    """Who works, in which position, at which authority (its profile), and which positions they could change to."""

    account: Account
    position: Position
    authority: AuthorityConfigured
    title: Title
    others: tuple[Title, ...]

    def is_elsewhere(self, title: Title) -> bool:
        """Whether a position is at another authority than the one at hand."""
        return title.authority != self.title.authority


async def _working(request: Request, account: Someone) -> Work:
    positions = working(account.positions)
    if not positions:
        raise NotAtWork
    chosen = read_cookie(request, portal_of(request).settings, POSITION)
    position = next((each for each in positions if each.staff_id == chosen), positions[0])
    authority = await portal_of(request).directory.find(position.authority)
    if authority is None:
        raise HTTPException(httpx.codes.NOT_FOUND)
    titles = {each: await title_of(request, each) for each in positions}
    others = tuple(title for each, title in titles.items() if each != position)
    return Work(account, position, authority, titles[position], others)


Working = Annotated[Work, Depends(_working)]
"""Somebody at work; others are led to the login, or are told how one gets a position."""


def working(positions: tuple[Position, ...]) -> tuple[Position, ...]:
    """The positions at an authority: who looks after the whole platform has no queue."""
    return tuple(each for each in positions if each.role in DESK)


async def token_of(request: Request, work: Work) -> dict[str, str]:
    """The header by which gateways know the position. Raises NotLoggedIn, NotAtWork, Unavailable."""
    try:
        token = await portal_of(request).accounts.at_work(work.account.secret, work.position.staff_id)
    except SessionEnded:
        raise NotLoggedIn from None
    except PositionRevoked:
        raise NotAtWork from None
    return {"Authorization": f"Bearer {token}"}


async def as_staff(request: Request, work: Work, service: str, method: str, path: str, **asked: Any) -> httpx.Response:
    """Call a gateway in this position. Raises NotLoggedIn, NotAtWork, Refused, Unavailable."""
    headers = {**(asked.pop("headers", None) or {}), **await token_of(request, work)}
    try:
        return await portal_of(request).gateways.call(service, method, path, caller=request, headers=headers, **asked)
    except Refused as refused:
        if refused.status == httpx.codes.UNAUTHORIZED:
            portal_of(request).accounts.forget(work.account.secret)
            raise NotLoggedIn from None
        raise


async def people_of(request: Request, work: Work) -> People:
    """Whom this person works with."""
    return People(await portal_of(request).colleagues.of(work.authority.code, await token_of(request, work)))


def staff_page(request: Request, work: Work, template: str, *, status: int = 200, **told: Any) -> Response:
    """A page in the back office's frame."""
    frame = {"work": work, "rooms": rooms_of(work.position.role), "labels": labels, "kinds": KINDS}
    return render(request, template, authority=work.authority, status=status, **frame, **told)


async def not_at_work(request: Request, _: Exception) -> Response:
    """403, with the way to a position."""
    place = await place_of(request)
    return render(request, "staff/nobody.html", authority=place, status=httpx.codes.FORBIDDEN)
