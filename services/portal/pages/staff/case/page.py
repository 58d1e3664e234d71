"""`/staff/petitions/{number}`: the case; and the same with the form of one command open."""

from __future__ import annotations

from typing import Annotated, Any, Final

import httpx
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from services.portal.clients.gateways import Refused
from services.portal.links import link
from services.portal.pages.common import posted
from services.portal.pages.staff.case.case import Opened, case_page, petition_of
from services.portal.pages.staff.case.forms import FORMS
from services.portal.pages.staff.case.standard import standard_texts
from services.portal.pages.staff.work import Work, Working, as_staff, staff_page
from services.portal.rendering import translate
from services.portal.texts.catalogue import N_

router = APIRouter()
EMPTY: Final = N_("กรุณาระบุเหตุผลที่ต้องดูข้อมูลผู้ร้อง")
LONGEST_REASON: Final = 300
Code = Annotated[str, Query(max_length=100)]


@router.get("/staff/petitions/{number}")
async def case(request: Request, work: Working, number: str, done: Code = "", version: int = 0) -> Response:
    """`done` is the command that was given just before, `version` the one that it made."""
    try:
        petition = await petition_of(request, work, number, version)
    except Refused as refused:
        return closed(request, work, refused)
    is_behind = petition["version"] < version
    told = FORMS[done].done if done in FORMS else ""
    return await case_page(request, work, petition, done=told, is_behind=is_behind)


@router.get("/staff/petitions/{number}/do/{command}")
async def open_form(
    request: Request, work: Working, number: str, command: str, text: Code = "", into: Code = ""
) -> Response:
    """`text` is the code of a standard text to begin with, `into` the number of a petition to merge into."""
    if command not in FORMS:
        raise HTTPException(httpx.codes.NOT_FOUND)
    try:
        petition = await petition_of(request, work, number)
    except Refused as refused:
        return closed(request, work, refused)
    form = FORMS[command]
    texts = {each.code: each.text for each in standard_texts(work.authority, petition, command)}
    typed = {form.text_field: texts.get(text, ""), "into_number": into}
    return await case_page(request, work, petition, Opened(form, typed))


@router.get("/staff/petitions/{number}/reveal")
async def masked_again(request: Request, work: Working, number: str) -> Response:
    """Whoever comes back to the address sees the case, masked."""
    return RedirectResponse(link(request, f"/staff/petitions/{number}"), 303)


@router.post("/staff/petitions/{number}/reveal")
async def reveal(request: Request, work: Working, number: str) -> Response:
    """The page with the petitioner in clear, this once; tracking keeps who saw it, and why."""
    reason = reason_in(await posted(request))
    if not reason:
        return await not_revealed(request, work, number, reason, EMPTY)
    try:
        answer = await as_staff(
            request, work, "tracking", "POST", f"/petitions/{number}/reveal", json={"reason": reason}
        )
    except Refused as refused:
        if refused.status in (httpx.codes.FORBIDDEN, httpx.codes.NOT_FOUND):
            return closed(request, work, refused)
        problem = next(iter(refused.errors.values()), refused.detail)
        return await not_revealed(request, work, number, reason, problem)
    petition: dict[str, Any] = answer.json()
    return await case_page(request, work, {**petition, "revealed": True})


def reason_in(form: FormData) -> str:
    """Why somebody wants to see the petitioner, on one line."""
    return " ".join(str(form.get("reason", "")).split())[:LONGEST_REASON]


async def not_revealed(request: Request, work: Work, number: str, reason: str, problem: str) -> Response:
    """The case with what is wrong with the reason (in Thai)."""
    try:
        petition = await petition_of(request, work, number)
    except Refused as refused:
        return closed(request, work, refused)
    told: dict[str, Any] = {"reason": reason, "reason_error": translate(request, problem)}
    return await case_page(request, work, petition, status=httpx.codes.UNPROCESSABLE_ENTITY, **told)


def closed(request: Request, work: Work, refused: Refused) -> Response:
    """Somebody else's, or no such petition: told in the frame, with the way back."""
    if refused.status not in (httpx.codes.FORBIDDEN, httpx.codes.NOT_FOUND):
        raise refused
    back = link(request, "/staff/queue")
    return staff_page(
        request, work, "staff/case/closed.html", status=refused.status, status_code=refused.status, back=back
    )
