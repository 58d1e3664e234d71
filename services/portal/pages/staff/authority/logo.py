"""`/staff/authority/logo`: the authority's logo is chosen as a file, kept by documents, and named by the profile."""

from __future__ import annotations

import re
from functools import partial
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData, UploadFile

from services.portal.clients.gateways import Unavailable
from services.portal.clients.uploads import NotTaken, handed_over
from services.portal.links import link
from services.portal.pages.common import posted
from services.portal.pages.staff.authority.desk import FROM, Outcome, administers, change, known_of
from services.portal.pages.staff.authority.forms import form_page
from services.portal.pages.staff.authority.page import TOLD
from services.portal.pages.staff.authority.sections import LOGO, section
from services.portal.pages.staff.work import Work, Working, as_staff
from services.portal.texts.catalogue import N_

router = APIRouter()
FILE: Final = "file"
KEPT: Final = "kept"
"""The address of a file that documents has taken already: it need not be chosen again when something else is wrong."""
OURS: Final = re.compile(r"/api/documents/v1/logos/[0-9a-f]{64}\.(jpg|png)")
EMPTY: Final = N_("กรุณาเลือกไฟล์ภาพ")
AWAY: Final = N_("ระบบรับไฟล์ขัดข้องชั่วคราว ตราสัญลักษณ์ยังเป็นแบบเดิม กรุณาเลือกไฟล์แล้วบันทึกอีกครั้งในอีกสักครู่")


@router.get("/staff/authority/logo")
async def logo(request: Request, work: Working, done: str = "") -> Response:
    """The logo as it is, and the form for another one."""
    administers(work)
    return await _page(request, work, Outcome(await known_of(request, work)), told=TOLD.get(done, ""))


@router.post("/staff/authority/logo")
async def change_logo(request: Request, work: Working) -> Response:
    """`action=remove` leaves the authority without one. Twice is as good as once: the same picture has one address."""
    administers(work)
    form, address = await posted(request), None
    try:
        if form.get("action") != "remove":
            address = await _address(request, work, form)
    except NotTaken as refusal:
        known = await known_of(request, work)
        return await _page(request, work, Outcome(known, errors={LOGO: refusal.message}, status=refusal.status), form)
    outcome = await change(request, work, form, lambda profile: profile.update({LOGO: address}))
    if outcome.done:
        done = "removed" if address is None and outcome.done == "changed" else outcome.done
        return RedirectResponse(link(request, "/staff/authority/logo", done=done), 303)
    return await _page(request, work, outcome, form, kept=address or "")


async def _address(request: Request, work: Work, form: FormData) -> str:
    """Where the chosen picture is from now on. Raises NotTaken, also when documents is away."""
    file = form.get(FILE)
    if not isinstance(file, UploadFile) or not file.filename:
        if OURS.fullmatch(kept := str(form.get(KEPT, ""))):
            return kept
        raise NotTaken("", EMPTY, 422)
    path = f"/authorities/{work.authority.code}/logos"
    try:
        return str((await handed_over(file, partial(as_staff, request, work, "documents", "POST", path)))["path"])
    except Unavailable:
        raise NotTaken("", AWAY, 503) from None


async def _page(
    request: Request, work: Work, outcome: Outcome, form: FormData | None = None, told: str = "", kept: str = ""
) -> Response:
    asked = section(LOGO)
    assert asked is not None
    begins = str(form.get(FROM, "")) if form else ""
    more: dict[str, Any] = {"section": asked, "place": LOGO, "told": told, "begins": begins, "kept": kept}
    values = {LOGO: outcome.known.profile[LOGO] or ""}
    return await form_page(request, work, "staff/authority/logo.html", outcome, asked.fields, values, **more)
