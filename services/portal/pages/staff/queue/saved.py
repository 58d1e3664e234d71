"""`/staff/queue/saved`: filters that somebody comes back to, under a name."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from services.portal.links import link
from services.portal.pages.common import portal_of, posted
from services.portal.pages.staff.queue.filters import read
from services.portal.pages.staff.work import Working
from services.portal.saved_filters import TooMany

router = APIRouter()
LONGEST_NAME: Final = 60


@router.post("/staff/queue/saved")
async def keep(request: Request, work: Working) -> Response:
    """Then the queue with this filter; a filter without a name is not kept."""
    form = await posted(request)
    wanted, _ = read(dict(parse_qsl(str(form.get("query", "")))))
    name = " ".join(str(form.get("name", "")).split())[:LONGEST_NAME]
    if not name:
        return RedirectResponse(link(request, "/staff/queue", **wanted.query, told="nameless"), 303)
    filters, staff_id = portal_of(request).saved_filters, work.position.staff_id
    try:
        await run_in_threadpool(filters.keep, staff_id, name, wanted.query)
    except TooMany:
        return RedirectResponse(link(request, "/staff/queue", **wanted.query, told="full"), 303)
    return RedirectResponse(link(request, "/staff/queue", **wanted.query, told="kept"), 303)


@router.post("/staff/queue/saved/{filter_id}/removal")
async def remove(request: Request, work: Working, filter_id: UUID) -> Response:
    """One's own alone."""
    await posted(request)
    await run_in_threadpool(portal_of(request).saved_filters.forget, work.position.staff_id, filter_id)
    return RedirectResponse(link(request, "/staff/queue", told="removed"), 303)
