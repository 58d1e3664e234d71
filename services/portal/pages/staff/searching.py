"""`/staff/search`: the petitions of a person, by phone or name; tracking keeps who asked, and never what."""

from __future__ import annotations

from typing import Any, Final

import httpx
from fastapi import APIRouter, Request, Response

from services.portal.clients.gateways import Refused
from services.portal.pages.common import posted
from services.portal.pages.staff.catalogue import Catalogue
from services.portal.pages.staff.deadlines import deadline_of
from services.portal.pages.staff.work import Work, Working, as_staff, staff_page
from services.portal.rendering import translate_all
from services.portal.texts.catalogue import N_
from shared.kernel import clock

router = APIRouter()
LONGEST: Final = 100
ONE_OF_TWO: Final = N_("กรุณากรอกหมายเลขโทรศัพท์หรือชื่อ อย่างใดอย่างหนึ่ง")


@router.get("/staff/search")
async def ask(request: Request, work: Working) -> Response:
    """The form. What is typed is never part of an address."""
    return _page(request, work, {}, {})


@router.post("/staff/search")
async def search(request: Request, work: Working) -> Response:
    """What was found, below what was asked."""
    form = await posted(request)
    typed = {name: " ".join(str(form.get(name, "")).split())[:LONGEST] for name in ("phone", "name")}
    asked = {name: value for name, value in typed.items() if value}
    if len(asked) != 1:
        return _page(request, work, typed, {"phone": ONE_OF_TWO}, status=httpx.codes.UNPROCESSABLE_ENTITY)
    try:
        answer = await as_staff(request, work, "tracking", "POST", "/searches", json=asked)
    except Refused as refused:
        if refused.status != httpx.codes.UNPROCESSABLE_ENTITY:
            raise
        errors = refused.errors or {next(iter(asked)): refused.detail}
        return _page(request, work, typed, errors, status=refused.status)
    return _page(request, work, typed, {}, found=answer.json())


def _page(
    request: Request,
    work: Work,
    typed: dict[str, str],
    errors: dict[str, str],
    found: dict[str, Any] | None = None,
    status: int = httpx.codes.OK,
) -> Response:
    rows = [row | {"deadline": deadline_of(row, clock.now())} for row in found["items"]] if found else []
    told: dict[str, Any] = {
        "values": typed,
        "errors": translate_all(request, errors),
        "is_answer": found is not None,
        "rows": rows,
        "is_cut": bool(found and found["more"]),
        "catalogue": Catalogue(work.authority),
    }
    return staff_page(request, work, "staff/search.html", status=status, **told)
