"""The HTTP gateway of tracking, for staff: one petition, its petitioner masked, and in clear for a reason."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from services.tracking.answers import WholePetition
from services.tracking.masking import masked
from services.tracking.nearby_api import MOST_METRES
from services.tracking.queries.petitions import Whose
from services.tracking.staff_api import listed
from services.tracking.views import outcome_label
from services.tracking.wiring import Tracking
from shared.contracts.access import AccessRevealed
from shared.contracts.petition_states import STATE_LABELS, PetitionState
from shared.gateway.accesses import refused
from shared.gateway.problems import Problem, responses
from shared.gateway.roles import REVEALERS
from shared.gateway.tokens import Caller, StaffCaller, only
from shared.kernel import ids
from shared.kernel.numbers import normal_number
from shared.kernel.text import clean_line

_log = structlog.get_logger(__name__)
router = APIRouter(prefix="/api/tracking/v1", tags=["staff"])


class NeighbouringPetition(BaseModel):
    """A petition of the same category, and how far away it is."""

    number: str
    status: str
    status_label: str
    filed_at: datetime
    distance_m: int


class Reveal(BaseModel):
    """Why the petitioner has to be seen in clear. It is kept, and auditors read it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "โทรนัดหมายเข้าซ่อม"}]})
    reason: Annotated[str, AfterValidator(clean_line), Field(min_length=1, max_length=300)]


@router.get(
    "/petitions/{number}", responses=responses(400, 401, 403, 404), summary="One petition with everything known of it"
)
def petition(request: Request, response: Response, caller: StaffCaller, number: str) -> WholePetition:
    """With its texts opened, and the petitioner masked. Asking for another authority's or department's is recorded."""
    _business_of(request, caller, number)
    whole = _whole(request, response, caller, number)
    return WholePetition.model_validate(whole | {"petitioner": masked(whole["petitioner"])})


@router.post(
    "/petitions/{number}/reveal",
    responses=responses(400, 401, 403, 404, 409, 422),
    summary="The same with the petitioner in clear, for a reason that is recorded",
)
def reveal(
    request: Request,
    response: Response,
    caller: Annotated[Caller, Depends(only(REVEALERS))],
    number: str,
    asked: Reveal,
) -> WholePetition:
    """Recorded before it is shown; when it cannot be recorded nothing is shown (503). 409: the person was erased."""
    whose = _business_of(request, caller, number)
    _tracking(request).accesses.record(caller, _revealed(caller, whose, asked.reason), request.state.correlation_id)
    return WholePetition.model_validate(_whole(request, response, caller, number) | {"revealed": True})


@router.get(
    "/petitions/{number}/nearby",
    responses=responses(400, 401, 403, 404, 422),
    summary="Petitions of the same category near this one: the same thing, told twice?",
)
def nearby(
    request: Request,
    response: Response,
    caller: StaffCaller,
    number: str,
    metres: Annotated[int, Query(ge=1, le=MOST_METRES)] = 100,
) -> list[NeighbouringPetition]:
    """Newest first, whatever became of them; none for a petition without a place. Who is of one department sees its."""
    whose = _business_of(request, caller, number)
    found = _tracking(request).nearby.others(whose.petition_id, metres)
    response.headers["Cache-Control"] = "no-store"
    return [_neighbour(row) for row in found if caller.may_work_on(whose.authority, row["department"])]


def _neighbour(row: dict[str, Any]) -> NeighbouringPetition:
    return NeighbouringPetition(
        number=row["number"],
        status=row["state"],
        status_label=STATE_LABELS[PetitionState(row["state"])],
        filed_at=row["filed_at"],
        distance_m=round(row["distance"]),
    )


def _business_of(request: Request, caller: Caller, number: str) -> Whose:
    tracking = _tracking(request)
    whose = tracking.petitions.whose(number)
    if whose is None:
        raise Problem(404, "ไม่พบคำร้องเลขที่นี้")
    if not caller.may_work_on(whose.authority, whose.department):
        fact = refused(caller, whose.authority, whose.department, whose.petition_id, whose.number)
        raise tracking.accesses.refuse(caller, fact, "คำร้องนี้เป็นของหน่วยงานอื่น", request.state.correlation_id)
    return whose


def _whole(request: Request, response: Response, caller: Caller, number: str) -> dict[str, Any]:
    row = _tracking(request).petitions.whole(number)
    _log.info("personal_data_read", actor=caller.sub, role=caller.role.value, number=normal_number(number))
    response.headers["Cache-Control"] = "no-store"
    return listed(row, caller) | {"outcome_label": outcome_label(row["outcome"])}


def _revealed(caller: Caller, whose: Whose, reason: str) -> AccessRevealed:
    return AccessRevealed(
        access_id=ids.new_id(),
        petition_id=whose.petition_id,
        number=whose.number,
        authority=whose.authority,
        subject_id=whose.subject_id,
        role=caller.role.value,
        reason=reason,
    )


def _tracking(request: Request) -> Tracking:
    tracking: Tracking = request.app.state.tracking
    return tracking
