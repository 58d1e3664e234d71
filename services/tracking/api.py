"""The HTTP gateway of tracking, for citizens: look-ups and statistics. For staff: `staff_api.py`."""

from __future__ import annotations

from typing import Annotated, Any, Final

import structlog
from fastapi import APIRouter, Path, Query, Request, Response
from prometheus_client import Counter
from pydantic import BaseModel, ConfigDict, Field

from services.tracking.answers import StatisticsView, StatusView
from services.tracking.limits.door import Attempt, Door, TooManyFailures
from services.tracking.number import ascii_digits, normal_number
from services.tracking.wiring import Tracking
from shared.gateway.problems import Problem, responses
from shared.kernel import clock
from shared.kernel.thai import fiscal_year as fiscal_year_of

FAILURES: Final = Counter(
    "khamrong_lookup_failures_total", "Look-ups that found nothing or were refused", ["door", "why"]
)
_NOT_FOUND: Final = "ไม่พบคำร้องตามข้อมูลที่ระบุ กรุณาตรวจสอบเลขที่คำร้องและเลขท้ายหมายเลขโทรศัพท์ 4 หลัก หรือรหัสติดตาม"
_CLOSED: Final = "มีการค้นหาที่ไม่ถูกต้องหลายครั้ง กรุณาลองใหม่ภายหลัง หรือใช้รหัสติดตามที่ได้รับเมื่อยื่นคำร้อง"
_log = structlog.get_logger(__name__)
router = APIRouter(prefix="/api/tracking/v1", tags=["tracking"])


class Lookup(BaseModel):
    """A petition number, and the last four digits of the petitioner's phone. Thai digits will do."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"number": "KT1080767000011", "phone_last4": "5678"}]})
    number: str = Field(min_length=1, max_length=40)
    phone_last4: str = Field(pattern=r"^[0-9๐-๙]{4}$")


@router.post(
    "/lookups", responses=responses(400, 404, 422, 429), summary="Where a petition stands, by number and phone"
)
def look_up(request: Request, response: Response, lookup: Lookup) -> StatusView:
    """Unknown numbers and wrong digits get the same 404. Failures are limited; past the limits it is 429."""
    tracking = _tracking(request)
    number = normal_number(lookup.number)
    attempt = _knock(request, tracking.number_door, "number", number)
    found = tracking.lookups.by_number(number, ascii_digits(lookup.phone_last4))
    return _answered(response, attempt, "number", found)


@router.get(
    "/t/{tracking_code}", responses=responses(400, 404, 422, 429), summary="Where a petition stands, by tracking code"
)
def by_tracking_code(
    request: Request, response: Response, tracking_code: Annotated[str, Path(max_length=40, examples=["6D0M5BX"])]
) -> StatusView:
    """With the notes that staff wrote to the petitioner. Case and dashes do not matter."""
    tracking = _tracking(request)
    attempt = _knock(request, tracking.code_door, "code", "")
    return _answered(response, attempt, "code", tracking.lookups.by_code(tracking_code))


@router.get(
    "/statistics", responses=responses(400, 404, 422), summary="Figures about an authority's petitions (public)"
)
def statistics(
    request: Request,
    authority: Annotated[str, Query(max_length=40, examples=["kathu"])],
    fiscal_year: Annotated[
        int | None, Query(ge=2400, le=2800, description="Buddhist era; the present one if left out")
    ] = None,
) -> StatisticsView:
    """Counts by status and category, the share that was on time, the median of days."""
    now = clock.now()
    found = _tracking(request).statistics.of(authority, fiscal_year or fiscal_year_of(now), now)
    if found is None:
        raise Problem(404, "ไม่พบหน่วยงานนี้")
    return StatisticsView.model_validate(found)


def _knock(request: Request, door: Door, name: str, target: str) -> Attempt:
    try:
        return door.attempt(request.client.host if request.client else "", target)
    except TooManyFailures as closed:
        FAILURES.labels(name, closed.limit).inc()
        _log.warning("lookup_refused", limit=closed.limit)
        wait = {"Retry-After": str(closed.retry_after)}
        raise Problem(429, _CLOSED, kind="urn:khamrong:too-many-failures", headers=wait) from None


def _answered(response: Response, attempt: Attempt, door: str, found: dict[str, Any] | None) -> StatusView:
    if found is None:
        FAILURES.labels(door, "not_found").inc()
        _log.info("lookup_failed", door=door)
        raise Problem(404, _NOT_FOUND, kind="urn:khamrong:petition-not-found")
    attempt.succeeded()
    response.headers["Cache-Control"] = "no-store"
    return StatusView.model_validate(found)


def _tracking(request: Request) -> Tracking:
    tracking: Tracking = request.app.state.tracking
    return tracking
