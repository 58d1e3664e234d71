"""`/staff/authority/history`: every change with who and when, and what is planned, which may be cancelled."""

from __future__ import annotations

from typing import Any, Final

import httpx
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from services.portal.clients.gateways import Refused
from services.portal.links import link
from services.portal.pages.common import portal_of, posted
from services.portal.pages.staff.authority.desk import administers, known_of
from services.portal.pages.staff.authority.forms import administration_page
from services.portal.pages.staff.authority.naming import said
from services.portal.pages.staff.authority.page import TOLD
from services.portal.pages.staff.work import Working, as_staff, people_of
from services.portal.texts.catalogue import N_

router = APIRouter()
PAGE: Final = 50
TOLD_MORE: Final = {
    "gone": N_("การเปลี่ยนแปลงนี้มีผลแล้วหรือถูกยกเลิกไปก่อนแล้ว"),
    "stale": N_("มีผู้แก้ไขข้อมูลหน่วยงานก่อนหน้า กรุณาตรวจสอบแล้วลองใหม่"),
}
_OUTCOMES: Final = {httpx.codes.NOT_FOUND: "gone", httpx.codes.CONFLICT: "stale"}


@router.get("/staff/authority/history")
async def history(request: Request, work: Working, done: str = "", before: int = 0) -> Response:
    """For all whom intake tells it. `before` is a version: what was changed earlier."""
    known, people = await known_of(request, work), await people_of(request, work)
    earlier = [each for each in known.entries if not before or each["version"] < before]
    shown = [(each, [said(change) for change in each["changes"]]) for each in earlier[:PAGE]]
    following = earlier[PAGE - 1]["version"] if len(earlier) > PAGE else 0
    told: dict[str, Any] = {
        "entries": shown,
        "following": following,
        "version": known.version,
        "people": people,
        "told": TOLD.get(done, "") or TOLD_MORE.get(done, ""),
        "is_warning": done in TOLD_MORE,
        "may_change": work.position.role == "admin" and work.position.department is None,
    }
    return administration_page(request, work, "staff/authority/history.html", place="history", **told)


@router.post("/staff/authority/plans/{version}/cancellation")
async def cancel(request: Request, work: Working, version: int) -> Response:
    """Twice is as good as once: the second time it is told that nothing waits."""
    administers(work)
    form = await posted(request)
    expected = str(form.get("expected_version", ""))
    path = f"/authorities/{work.authority.code}/plans/{version}"
    done = "cancelled"
    try:
        await as_staff(request, work, "intake", "DELETE", path, params={"expected_version": expected})
        portal_of(request).directory.expect_change()
    except Refused as refused:
        if refused.status not in _OUTCOMES:
            raise HTTPException(refused.status) from None
        done = _OUTCOMES[httpx.codes(refused.status)]
    return RedirectResponse(link(request, "/staff/authority/history", done=done), 303)
