"""`/staff/exports/petitions.csv|.xlsx`: a fiscal year as a file, passed on bit by bit as tracking makes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal
from urllib.parse import urlencode

import httpx
from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from services.portal.clients.gateways import Refused
from services.portal.pages.common import posted
from services.portal.pages.passing import passed_through
from services.portal.pages.staff.catalogue import Catalogue
from services.portal.pages.staff.work import Work, Working, token_of
from shared.kernel.thai import fiscal_days

router = APIRouter()
EXPORTERS: Final = frozenset({"head", "admin"})
"""Who may take petitioners along; tracking decides and records it."""
Format = Literal["csv", "xlsx"]
_FIRST, _LAST = 2400, 2800


@router.get("/staff/exports/petitions.{kind}")
async def export(request: Request, work: Working, kind: Format) -> Response:
    """Without personal data."""
    return await _export(request, work, kind, request.query_params)


@router.post("/staff/exports/petitions.{kind}")
async def export_with_petitioners(request: Request, work: Working, kind: Format) -> Response:
    """With the petitioners, which leaves a trace: no link leads here. 403 for who may not."""
    form = await posted(request)
    return await _export(request, work, kind, {name: str(value) for name, value in form.items()}, personal="true")


def question(work: Work, asked: Mapping[str, str]) -> dict[str, str]:
    """The parameters for tracking: the days of a fiscal year, and a department. Raises HTTPException 404."""
    year = asked.get("fiscal_year", "")
    if not (year.isdecimal() and _FIRST <= int(year) <= _LAST):
        raise HTTPException(httpx.codes.NOT_FOUND)
    first, last = fiscal_days(int(year))
    department = asked.get("department", "")
    of_department = {"department": department} if Catalogue(work.authority).holds(department) else {}
    return {"filed_from": first.isoformat(), "filed_to": last.isoformat(), **of_department}


async def _export(request: Request, work: Work, kind: Format, asked: Mapping[str, str], **more: Any) -> Response:
    path = f"/petitions.{kind}?{urlencode({**question(work, asked), **more})}"
    try:
        return await passed_through(request, "tracking", path, await token_of(request, work))
    except Refused as refused:
        raise HTTPException(refused.status) from None
