"""`/staff/people`: who works for the authority; administrators invite others and take roles away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import httpx
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from services.portal import labels
from services.portal.clients.gateways import Refused
from services.portal.links import link
from services.portal.pages.common import portal_of, posted
from services.portal.pages.staff.authority.desk import administers
from services.portal.pages.staff.catalogue import Catalogue
from services.portal.pages.staff.rooms import DESK
from services.portal.pages.staff.work import Work, Working, as_staff, staff_page
from services.portal.rendering import translate_all
from services.portal.texts.catalogue import N_

router = APIRouter()
OFFERED: Final = tuple(role for role in labels.ROLES if role in DESK)
"""The roles that an authority gives, in the order in which they are told."""
CHOOSE: Final = N_("กรุณาเลือกบทบาท")
WHY: Final = N_("กรุณาระบุเหตุผลที่ถอนบทบาท")
LONGEST: Final = 500


@router.get("/staff/people")
async def people(request: Request, work: Working, done: str = "") -> Response:
    """Everybody in a position, by department and name."""
    administers(work)
    return await _page(request, work, done=done)


@router.post("/staff/people/invitations")
async def invite(request: Request, work: Working) -> Response:
    """The code stands on the page that answers and nowhere else, so there is no address to come back to."""
    administers(work)
    form = await posted(request)
    typed = {"role": str(form.get("role", "")), "department": str(form.get("department", ""))}
    if typed["role"] not in OFFERED:
        return await _page(request, work, typed, {"role": CHOOSE})
    asked = {"authority": work.authority.code, "role": typed["role"], "department": typed["department"] or None}
    try:
        answer = await as_staff(request, work, "identity", "POST", "/staff/invitations", json=asked)
    except Refused as refused:
        if not refused.errors:
            raise HTTPException(refused.status) from None
        return await _page(request, work, typed, refused.errors)
    invited = {**answer.json(), **asked}
    return staff_page(request, work, "staff/invited.html", invited=invited, catalogue=Catalogue(work.authority))


@router.post("/staff/people/{staff_id}/revocation")
async def revoke(request: Request, work: Working, staff_id: str) -> Response:
    """The person is logged out everywhere. Who is gone already is no error."""
    administers(work)
    reason = str((await posted(request)).get("reason", "")).strip()[:LONGEST]
    if not reason:
        return await _page(request, work, errors={f"reason-{staff_id}": WHY})
    try:
        await as_staff(request, work, "identity", "POST", f"/staff/{staff_id}/revocation", json={"reason": reason})
    except Refused as refused:
        if refused.status == httpx.codes.CONFLICT:
            return await _page(request, work, errors={f"reason-{staff_id}": refused.detail})
        if refused.status != httpx.codes.NOT_FOUND:
            raise HTTPException(refused.status) from None
    portal_of(request).colleagues.forget(work.authority.code)
    return RedirectResponse(link(request, "/staff/people", done="revoked"), 303)


def by_department(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those of the whole authority first; by role and name within a department."""
    return sorted(told, key=lambda each: (each["department"] or "", OFFERED.index(each["role"]), each["name"] or ""))


async def _page(
    request: Request,
    work: Work,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    done: str = "",
) -> Response:
    told = (await as_staff(request, work, "identity", "GET", "/staff")).json()
    everybody = by_department([each for each in told if each["role"] in OFFERED])
    status = httpx.codes.UNPROCESSABLE_ENTITY if errors else httpx.codes.OK
    shown: dict[str, Any] = {
        "everybody": everybody,
        "offered": OFFERED,
        "typed": typed or {"role": "", "department": ""},
        "errors": translate_all(request, errors or {}),
        "done": done,
        "catalogue": Catalogue(work.authority),
    }
    return staff_page(request, work, "staff/people.html", status=int(status), **shown)
