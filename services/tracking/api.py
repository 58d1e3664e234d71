"""The HTTP gateway of tracking, for citizens: look-ups and statistics. For staff: `staff_api.py`."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from services.tracking.answers import StatusView
from services.tracking.figures import StatisticsView
from services.tracking.wiring import Tracking
from shared.gateway.limits.door import Attempt, Door
from shared.gateway.limits.guesses import knock, nothing_found
from shared.gateway.problems import Problem, responses
from shared.kernel import clock
from shared.kernel.numbers import normal_number
from shared.kernel.text import ascii_digits
from shared.kernel.thai import fiscal_year as fiscal_year_of

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
    attempt = knock(request, tracking.number_door, number)
    found = tracking.lookups.by_number(number, ascii_digits(lookup.phone_last4))
    return _answered(response, attempt, tracking.number_door, found)


@router.get(
    "/t/{tracking_code}", responses=responses(400, 404, 422, 429), summary="Where a petition stands, by tracking code"
)
def by_tracking_code(
    request: Request, response: Response, tracking_code: Annotated[str, Path(max_length=40, examples=["6D0M5BX"])]
) -> StatusView:
    """With the notes that staff wrote to the petitioner. Case and dashes do not matter."""
    tracking = _tracking(request)
    attempt = knock(request, tracking.code_door)
    return _answered(response, attempt, tracking.code_door, tracking.lookups.by_code(tracking_code))


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


def _answered(response: Response, attempt: Attempt, door: Door, found: dict[str, Any] | None) -> StatusView:
    if found is None:
        nothing_found(door)
    attempt.succeeded()
    response.headers["Cache-Control"] = "no-store"
    return StatusView.model_validate(found)


def _tracking(request: Request) -> Tracking:
    tracking: Tracking = request.app.state.tracking
    return tracking
