"""The HTTP gateway of tracking, for staff: the queue, and what happens live."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import date
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from services.tracking.actions import staff_actions
from services.tracking.answers import Counts, Happened, ListedPetition, PetitionPage
from services.tracking.figures import DashboardView
from services.tracking.projections.timeline import LABELS
from services.tracking.queries.filters import Filter
from services.tracking.queries.petitions import CursorInvalid
from services.tracking.views import is_overdue
from services.tracking.wiring import Tracking
from shared.contracts.envelope import Envelope
from shared.contracts.petition_states import STATE_AFTER, STATE_LABELS, PetitionState
from shared.gateway.accesses import refused
from shared.gateway.problems import FieldProblem, Problem, responses
from shared.gateway.tokens import Caller, StaffCaller
from shared.kernel import clock
from shared.kernel.thai import fiscal_year

MOST: Final = 200
STREAM_SECONDS: Final = 600.0
"""How long one stream lasts: then the browser comes back with its last position and a fresh token."""

router = APIRouter(prefix="/api/tracking/v1", tags=["staff"])
_Q: Final = "Beginning of a petition number, or words that the petitioner wrote"
Sort = Literal["filed_at", "-filed_at", "due_at", "-due_at", "number", "-number"]


def _filter(
    request: Request,
    caller: StaffCaller,
    status: Annotated[list[PetitionState] | None, Query(description="One or more states")] = None,
    category: Annotated[str | None, Query(max_length=100)] = None,
    department: Annotated[str | None, Query(max_length=100)] = None,
    officer: Annotated[str | None, Query(max_length=100)] = None,
    overdue: Annotated[bool | None, Query(description="Open and past its due date, or not")] = None,
    q: Annotated[str | None, Query(max_length=100, description=_Q)] = None,
    filed_from: Annotated[date | None, Query(description="First day in Thailand")] = None,
    filed_to: Annotated[date | None, Query(description="Last day in Thailand")] = None,
    reopening_requested: Annotated[bool | None, Query(description="The petitioner asks to reopen it, or not")] = None,
    unassigned: Annotated[bool | None, Query(description="Open and nobody's, or not")] = None,
    sort: Sort = "-filed_at",
) -> Filter:
    return Filter(
        authority=caller.authority,
        status=tuple(status or ()),
        category=category,
        department=_department(request, caller, department),
        officer=officer,
        overdue=overdue,
        q=q,
        filed_from=filed_from,
        filed_to=filed_to,
        reopening_requested=reopening_requested,
        unassigned=unassigned,
        sort=sort,
    )


def _department(request: Request, caller: Caller, asked: str | None) -> str | None:
    """Who is of one department sees that one alone; asking for another's is recorded."""
    if caller.department is None or asked in (None, caller.department):
        return asked or caller.department
    accesses, detail = _tracking(request).accesses, "คุณดูได้เฉพาะคำร้องของหน่วยงานย่อยของคุณ"
    raise accesses.refuse(caller, refused(caller, caller.authority, asked), detail, request.state.correlation_id)


Asked = Annotated[Filter, Depends(_filter)]


@router.get("/petitions", responses=responses(400, 401, 403, 422), summary="The queue of petitions, page by page")
def petitions(
    request: Request,
    response: Response,
    caller: StaffCaller,
    asked: Asked,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
    cursor: Annotated[str | None, Query(max_length=400, description="`next` of the page before")] = None,
) -> PetitionPage:
    """Petitions of the caller's authority. New ones neither repeat nor hide others while one turns the pages."""
    try:
        page = _tracking(request).petitions.page(asked, limit, cursor)
    except CursorInvalid:
        raise Problem(422, "กรุณาเริ่มดูรายการใหม่จากหน้าแรก", errors=[_BAD_CURSOR]) from None
    response.headers["Cache-Control"] = "no-store"
    items = [ListedPetition.model_validate(listed(row, caller)) for row in page.rows]
    return PetitionPage(items=items, next=page.following)


@router.get("/petitions/counts", responses=responses(400, 401, 403, 422), summary="How many petitions each filter has")
def counts(request: Request, response: Response, caller: StaffCaller, asked: Asked) -> Counts:
    """Of what the same parameters list. `mine`: of the caller; `unassigned`: open and nobody's."""
    response.headers["Cache-Control"] = "no-store"
    return Counts.model_validate(_tracking(request).petitions.counts(asked, caller.sub))


@router.get("/dashboard", responses=responses(400, 401, 403, 404, 422), summary="How an authority or a department does")
def dashboard(
    request: Request,
    response: Response,
    caller: StaffCaller,
    authority: Annotated[str | None, Query(max_length=40, description="The caller's own if left out")] = None,
    year: Annotated[int | None, Query(alias="fiscal_year", ge=2400, le=2800, description="Buddhist era")] = None,
    department: Annotated[str | None, Query(max_length=100)] = None,
) -> DashboardView:
    """Of the present fiscal year if none is named. Who is of one department sees its figures alone."""
    code, now = authority or caller.authority, clock.now()
    if not caller.may_see(code):
        fact, detail = refused(caller, code, department), "ข้อมูลนี้เป็นของหน่วยงานอื่น"
        raise _tracking(request).accesses.refuse(caller, fact, detail, request.state.correlation_id)
    of_department = _department(request, caller, department)
    found = _tracking(request).statistics.dashboard(code, year or fiscal_year(now), of_department, now)
    if found is None:
        raise Problem(404, "ไม่พบหน่วยงานนี้")
    response.headers["Cache-Control"] = "no-store"
    return DashboardView.model_validate(found)


@router.get(
    "/stream",
    responses=responses(400, 401, 403, 422),
    response_class=EventSourceResponse,
    summary="What happens to petitions, live (Server-Sent Events)",
)
async def stream(
    request: Request,
    caller: StaffCaller,
    last_event_id: Annotated[int | None, Header(alias="Last-Event-ID", ge=0)] = None,
) -> AsyncIterator[ServerSentEvent]:
    """`id` is the position in intake's log; with `Last-Event-ID` it begins after that one and leaves none out.

    `event` is the fact's type, `data` a `Happened`. Comments keep the connection open.
    """
    async with aclosing(_tracking(request).live.follow(last_event_id, STREAM_SECONDS)) as facts:
        async for fact in facts:
            if fact.type.startswith("petition.") and await _concerns(request, caller, fact):
                yield ServerSentEvent(data=_happened(fact), event=fact.type, id=str(fact.position))


async def _concerns(request: Request, caller: Caller, fact: Envelope) -> bool:
    """Who is of one department hears of the petitions that are there now."""
    if caller.department is None or not caller.may_see(fact.authority):
        return caller.may_see(fact.authority)
    whose = await run_in_threadpool(_tracking(request).petitions.whose, fact.data["number"])
    return whose is not None and caller.may_work_on(whose.authority, whose.department)


_BAD_CURSOR: Final = FieldProblem(field="cursor", message="ตัวชี้หน้าไม่ถูกต้องหรือใช้กับการเรียงแบบอื่น")


def listed(row: dict[str, Any], caller: Caller) -> dict[str, Any]:
    """A row as `ListedPetition` has it."""
    return row | {
        "status": row["state"],
        "status_label": STATE_LABELS[PetitionState(row["state"])],
        "overdue": is_overdue(row, clock.now()),
        "actions": staff_actions(row, caller.role),
    }


def _happened(fact: Envelope) -> Happened:
    status = fact.data.get("restored_status") or STATE_AFTER.get(fact.type)
    label = STATE_LABELS[PetitionState(status)] if status else LABELS.get(fact.type, fact.type)
    return Happened(
        position=fact.position,
        type=fact.type,
        petition_id=fact.data["petition_id"],
        number=fact.data["number"],
        authority=fact.authority,
        status=status,
        label=label,
        at=fact.time,
        actor=fact.actor,
    )


def _tracking(request: Request) -> Tracking:
    tracking: Tracking = request.app.state.tracking
    return tracking
