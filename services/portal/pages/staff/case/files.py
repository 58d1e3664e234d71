"""The files of a case: attachments, the official form, and the case file for the archive, as documents keeps them."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import httpx
from fastapi import APIRouter, Query, Request, Response
from starlette.exceptions import HTTPException

from services.portal.clients.gateways import Refused
from services.portal.pages.common import posted
from services.portal.pages.passing import PRINTING, TIMEOUT, passed_on
from services.portal.pages.staff.case.page import EMPTY, not_revealed, reason_in
from services.portal.pages.staff.work import Work, Working, as_staff, staff_page

router = APIRouter()
WHOLE_CASE: Final = httpx.Timeout(20.0, connect=1.0)
"""A case file is put together when it is asked for."""
Size = Annotated[Literal["preview"] | None, Query()]


@router.get("/staff/petitions/{number}/files/{attachment}")
async def attachment(request: Request, work: Working, number: str, attachment: str, size: Size = None) -> Response:
    """Pictures are shown, the rest is a download."""
    asked = {"size": size} if size else {}
    return await _file(request, work, number, f"/attachments/{attachment}", TIMEOUT, **asked)


@router.get("/staff/petitions/{number}/form.pdf")
async def form(request: Request, work: Working, number: str) -> Response:
    """The official form, whole."""
    return await _file(request, work, number, f"/petitions/{number}/form.pdf", TIMEOUT)


@router.get("/staff/petitions/{number}/case-file.pdf")
async def case_file(request: Request, work: Working, number: str) -> Response:
    """Everything about the case on paper, the petitioner masked."""
    return await _file(request, work, number, f"/petitions/{number}/case-file.pdf", WHOLE_CASE)


@router.post("/staff/petitions/{number}/case-file.pdf")
async def revealed_case_file(request: Request, work: Working, number: str) -> Response:
    """The same with the petitioner in clear; without a reason the case says that one is needed."""
    reason = reason_in(await posted(request))
    if not reason:
        return await not_revealed(request, work, number, reason, EMPTY)
    path = f"/petitions/{number}/case-file.pdf"
    try:
        answer = await as_staff(request, work, "documents", "POST", path, json={"reason": reason}, timeout=WHOLE_CASE)
    except Refused as refused:
        raise HTTPException(refused.status) from None
    return passed_on(answer)


async def _file(request: Request, work: Work, number: str, path: str, timeout: httpx.Timeout, **asked: str) -> Response:
    try:
        answer = await as_staff(request, work, "documents", "GET", path, params=asked, timeout=timeout)
    except Refused as refused:
        raise HTTPException(refused.status) from None
    if answer.status_code == PRINTING:
        waiting = staff_page(request, work, "staff/case/printing.html", number=number)
        waiting.headers["Refresh"] = "2"
        return waiting
    return passed_on(answer)
