"""`/staff/queue`: what there is to do, filtered, sorted, page by page, with the figures beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

import httpx
import sqlalchemy as sa
import structlog
from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from services.portal.clients.gateways import Refused, Unavailable
from services.portal.links import link
from services.portal.pages.common import portal_of
from services.portal.pages.staff.catalogue import Catalogue
from services.portal.pages.staff.deadlines import deadline_of
from services.portal.pages.staff.people import People
from services.portal.pages.staff.queue.filters import (
    VIEWS,
    QueueFilter,
    figures,
    open_scope,
    question,
    read,
    scope,
    view,
)
from services.portal.pages.staff.work import Work, Working, as_staff, people_of, staff_page
from services.portal.rendering import translate
from services.portal.saved_filters import SavedFilter
from services.portal.texts.catalogue import N_
from shared.contracts.petition_states import PetitionState
from shared.kernel import clock

router = APIRouter()
PAGE: Final = 50
TOLD: Final = {
    "kept": N_("บันทึกตัวกรองแล้ว"),
    "removed": N_("ลบตัวกรองที่บันทึกไว้แล้ว"),
    "nameless": N_("กรุณาตั้งชื่อตัวกรองก่อนบันทึก"),
    "full": N_("บันทึกตัวกรองได้ไม่เกิน 30 รายการ กรุณาลบรายการที่ไม่ใช้ก่อน"),
}
"""What the page says after something was done, by the word in the address."""
WORKERS: Final = frozenset({"clerk", "officer", "head", "admin"})
"""Who may do something with petitions; others look on."""
_log = structlog.get_logger(__name__)


@router.get("/staff/queue")
async def queue(request: Request, work: Working, cursor: str = "", told: str = "") -> Response:
    """The figures and saved filters are left out while nobody can tell them; the list itself is needed."""
    wanted, errors = read(request.query_params)
    page, counts, people, saved = await asyncio.gather(
        _page(request, work, wanted, cursor),
        _figures(request, work, wanted),
        people_of(request, work),
        _saved(request, work),
    )
    shown = {
        "wanted": wanted,
        "errors": {name: translate(request, message) for name, message in errors.items()},
        "items": [_row(item) for item in page["items"]],
        "following": page["next"],
        "cursor": cursor,
        "told": TOLD.get(told, ""),
        "is_warning": told in ("nameless", "full"),
    }
    return staff_page(
        request, work, "staff/queue/page.html", **shown, **_beside(request, work, wanted, counts, people, saved)
    )


def _beside(
    request: Request,
    work: Work,
    wanted: QueueFilter,
    counts: Mapping[str, int] | None,
    people: People,
    saved: list[SavedFilter],
) -> dict[str, Any]:
    """What the page has besides the list."""
    address = link(request, "/staff/queue")

    def to(asked: QueueFilter, **more: str) -> str:
        query = urlencode({**asked.query, **more})
        return f"{address}?{query}" if query else address

    return {
        "to": to,
        "query": urlencode(wanted.query),
        "views": [(each, view(wanted, each.sets)) for each in VIEWS],
        "states": [(state.value, view(wanted, {"status": state.value})) for state in PetitionState],
        "counts": counts,
        "people": people,
        "catalogue": Catalogue(work.authority),
        "saved": [(each, read(each.query)[0]) for each in saved],
        "may_act": work.position.role in WORKERS,
    }


async def _page(request: Request, work: Work, wanted: QueueFilter, cursor: str) -> dict[str, Any]:
    """A cursor that is not good any more leads to the first page."""
    asked = {**question(wanted, work.position.staff_id), "limit": PAGE}
    try:
        return await _asked(request, work, "/petitions", {**asked, **({"cursor": cursor} if cursor else {})})
    except Refused as refused:
        if not cursor or refused.status != httpx.codes.UNPROCESSABLE_ENTITY:
            raise
    return await _asked(request, work, "/petitions", asked)


async def _figures(request: Request, work: Work, wanted: QueueFilter) -> Mapping[str, int] | None:
    try:
        every, still_open = await asyncio.gather(
            *(_asked(request, work, "/petitions/counts", asked) for asked in (scope(wanted), open_scope(wanted)))
        )
    except (Unavailable, Refused):
        return None
    return figures(every, still_open)


async def _saved(request: Request, work: Work) -> list[SavedFilter]:
    try:
        return await run_in_threadpool(portal_of(request).saved_filters.of, work.position.staff_id)
    except sa.exc.SQLAlchemyError as error:
        _log.warning("saved_filters_unavailable", error=type(error).__name__)
        return []


async def _asked(request: Request, work: Work, path: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = (await as_staff(request, work, "tracking", "GET", path, params=asked)).json()
    return answer


def _row(item: dict[str, Any]) -> dict[str, Any]:
    return item | {"deadline": deadline_of(item, clock.now())}
