"""`/staff/position`: who works in several positions says in which one from now on."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from services.portal.cookies import set_cookie
from services.portal.links import link
from services.portal.pages.account.who import Someone
from services.portal.pages.common import portal_of, posted
from services.portal.pages.staff.work import POSITION, NotAtWork, working

router = APIRouter()
_YEAR_SECONDS: Final = 365 * 24 * 3600


@router.post("/staff/position")
async def choose(request: Request, account: Someone) -> Response:
    """Kept by this browser; 403 for a position that is somebody else's."""
    form = await posted(request)
    chosen = next((each for each in working(account.positions) if each.staff_id == form.get("staff_id")), None)
    if chosen is None:
        raise NotAtWork
    answer = RedirectResponse(link(request, "/staff/queue"), 303)
    set_cookie(answer, portal_of(request).settings, POSITION, chosen.staff_id, _YEAR_SECONDS)
    return answer
