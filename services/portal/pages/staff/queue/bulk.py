"""`/staff/queue/bulk`: one thing done with many petitions, each by a command of its own; and what became of each."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from services.portal.clients.gateways import Refused, Unavailable
from services.portal.links import link
from services.portal.pages.common import posted
from services.portal.pages.staff.assigning import Assignment, assignment_of
from services.portal.pages.staff.catalogue import Catalogue
from services.portal.pages.staff.queue.filters import read
from services.portal.pages.staff.work import Work, Working, as_staff, people_of, staff_page
from services.portal.rendering import translate
from services.portal.texts.catalogue import N_

router = APIRouter()
MOST: Final = 100
AT_ONCE: Final = 4
"""Commands that are on their way at the same time: others work too."""
CHOOSE: Final = N_("กรุณาเลือกเรื่องอย่างน้อยหนึ่งเรื่อง")
TOO_MANY: Final = N_("เลือกได้ครั้งละไม่เกิน 100 เรื่อง")
STALE: Final = N_("มีผู้แก้ไขเรื่องนี้หลังจากที่คุณเปิดรายการ กรุณาเปิดดูก่อนทำรายการ")
AWAY: Final = N_("ระบบไม่ตอบ ยังไม่ทราบว่าทำรายการสำเร็จหรือไม่ กดทำซ้ำได้โดยไม่เกิดรายการซ้ำ")
_STALE_KIND: Final = "urn:khamrong:stale-version"
_CONFLICT: Final = 409


@dataclass(frozen=True, slots=True)
class Chosen:
    """A petition, and the version that was on the screen."""

    number: str
    version: int


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one. `again`: it was so already; `problem`: why it was not done, in Thai."""

    chosen: Chosen
    again: bool = False
    problem: str = ""


@router.get("/staff/queue/bulk")
async def again(request: Request, work: Working) -> Response:
    """Whoever comes back to the address of a result begins with the queue."""
    return RedirectResponse(link(request, "/staff/queue"), 303)


@router.post("/staff/queue/bulk")
async def bulk(request: Request, work: Working) -> Response:
    """Twice is as good as once: what is already as it was asked for counts as done."""
    form = await posted(request)
    chosen, assignment = chosen_in(form.getlist("chosen")), None
    error = "" if chosen else CHOOSE
    if len(chosen) > MOST:
        error = TOO_MANY
    if form.get("action") == "assign" and not error:
        assignment, error = await _assignment(request, work, form)
    results = [] if error else await _all_done(request, work, chosen, assignment)
    wanted, _ = read(dict(parse_qsl(str(form.get("query", "")))))
    told: dict[str, Any] = {
        "action": "assign" if assignment else "accept",
        "results": [(each, translate(request, each.problem)) for each in results],
        "failed": [each for each in results if each.problem],
        "error": translate(request, error),
        "back": link(request, "/staff/queue", **wanted.query),
        "query": str(form.get("query", "")),
        "assignment": assignment,
    }
    return staff_page(request, work, "staff/queue/bulk.html", status=422 if error else 200, **told)


def chosen_in(values: list[Any]) -> list[Chosen]:
    """`NUMBER:VERSION` of each box that was ticked; what no box of ours says is left out."""
    parts = [str(each).rpartition(":") for each in values]
    return [Chosen(number, int(version)) for number, _, version in parts if number and version.isdecimal()]


def is_so(row: Mapping[str, Any], assignment: Assignment | None, staff_id: str) -> bool:
    """Whether a petition is already as it was asked for: given to them, or accepted by this very person."""
    if assignment:
        return assignment.is_of(row)
    accepted = [each for each in row["timeline"] if each["type"] == "petition.accepted"]
    return bool(row["status"] == "accepted" and accepted and accepted[-1]["actor"] == staff_id)


async def _assignment(request: Request, work: Work, form: FormData) -> tuple[Assignment | None, str]:
    people = await people_of(request, work)
    return assignment_of(Catalogue(work.authority), people, form, department="")


async def _all_done(request: Request, work: Work, chosen: list[Chosen], assignment: Assignment | None) -> list[Done]:
    turns = asyncio.Semaphore(AT_ONCE)

    async def done(each: Chosen) -> Done:
        async with turns:
            return await _done(request, work, each, assignment)

    return [*await asyncio.gather(*(done(each) for each in chosen))]


async def _done(request: Request, work: Work, chosen: Chosen, assignment: Assignment | None) -> Done:
    command, body = ("assign", assignment.body) if assignment else ("accept", {})
    path = f"/petitions/{chosen.number}/{command}"
    try:
        await as_staff(request, work, "intake", "POST", path, json={**body, "expected_version": chosen.version})
    except Unavailable:
        return Done(chosen, problem=AWAY)
    except Refused as refused:
        if refused.status == _CONFLICT and await _is_so(request, work, chosen, assignment):
            return Done(chosen, again=True)
        problem = STALE if refused.kind == _STALE_KIND else next(iter(refused.errors.values()), refused.detail)
        return Done(chosen, problem=problem)
    return Done(chosen)


async def _is_so(request: Request, work: Work, chosen: Chosen, assignment: Assignment | None) -> bool:
    try:
        answer = await as_staff(request, work, "tracking", "GET", f"/petitions/{chosen.number}")
    except (Unavailable, Refused):
        return False
    return is_so(answer.json(), assignment, work.position.staff_id)
