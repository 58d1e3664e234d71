"""`/staff/authority/lists/{code}`: the entries of a list in an authority's profile, and their order."""

from __future__ import annotations

from typing import Any

import httpx
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from services.portal.links import link
from services.portal.pages.common import posted
from services.portal.pages.staff.authority.desk import Outcome, administers, change, known_of
from services.portal.pages.staff.authority.forms import form_page
from services.portal.pages.staff.authority.lists import EntryList, entry_list
from services.portal.pages.staff.authority.ordering import Move, parts
from services.portal.pages.staff.authority.page import TOLD
from services.portal.pages.staff.work import Work, Working
from services.portal.texts.catalogue import N_

router = APIRouter()
BEFORE, BEHIND = "before", "behind"
WAYS = {BEFORE: N_("ขึ้น"), BEHIND: N_("ลง")}
"""How an entry is moved: the name of the button, whose value is the key of the entry beside which it is to stand."""


@router.get("/staff/authority/lists/{code}")
async def entries(
    request: Request, work: Working, code: str, done: str = "", moved: str = "", toward: str = ""
) -> Response:
    """The entries, each a way to its form. Who goes on with the one that was `moved` has the button at hand."""
    administers(work)
    outcome = Outcome(await known_of(request, work))
    return await _page(request, work, listed(code), outcome, told=TOLD.get(done, ""), moved=moved, toward=toward)


@router.post("/staff/authority/lists/{code}/{key}/place")
async def move(request: Request, work: Working, code: str, key: str) -> Response:
    """Directly `before` or `behind` another entry, at once. Twice is as good as once."""
    administers(work)
    asked, form = listed(code), await posted(request)
    way = BEHIND if BEHIND in form else BEFORE
    outcome = await change(request, work, form, Move(asked, key, str(form.get(way, "")), way == BEHIND))
    if outcome.done:
        done = "moved" if outcome.done == "changed" else outcome.done
        return RedirectResponse(link(request, f"/staff/authority/lists/{code}", done=done, moved=key, toward=way), 303)
    return await _page(request, work, asked, outcome, moved=key, toward=way)


def listed(code: str) -> EntryList:
    """The list with this code. Raises HTTPException 404."""
    found = entry_list(code)
    if found is None:
        raise HTTPException(httpx.codes.NOT_FOUND)
    return found


async def _page(request: Request, work: Work, asked: EntryList, outcome: Outcome, **told: str) -> Response:
    more: dict[str, Any] = {"list": asked, "parts": parts(asked, outcome.known.document), "place": asked.code}
    usual = {"told": "", "ways": WAYS}
    return await form_page(request, work, "staff/authority/list.html", outcome, (), {}, **{**usual, **more, **told})
