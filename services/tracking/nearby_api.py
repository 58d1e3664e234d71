"""The HTTP gateway of tracking, for whoever is about to file: has somebody told of this already?"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

import structlog
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict

from services.tracking.queries.nearby import Around
from services.tracking.wiring import Tracking
from shared.gateway.limits.door import TooManyFailures
from shared.gateway.problems import FieldProblem, Problem, responses

MOST_METRES: Final = 200
_TOO_OFTEN: Final = "ค้นหาเรื่องใกล้เคียงถี่เกินไป กรุณารอสักครู่แล้วลองใหม่ (ยื่นคำร้องต่อได้ตามปกติ)"
_log = structlog.get_logger(__name__)
router = APIRouter(prefix="/api/tracking/v1", tags=["tracking"])


class NearbyPetition(BaseModel):
    """An open petition near a point: neither number nor person nor place. `category` is the name."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "status": "in_progress",
                    "status_label": "กำลังดำเนินการ",
                    "category": "ถนนและทางเท้า : ถนน/ไหล่ทาง",
                    "filed_at": "2024-07-08T10:56:42Z",
                    "distance_m": 18,
                }
            ]
        }
    )
    status: str
    status_label: str
    category: str
    filed_at: datetime
    distance_m: int


@router.get(
    "/nearby", responses=responses(400, 404, 422, 429), summary="Open petitions of the same category near a point"
)
def nearby(
    request: Request,
    response: Response,
    authority: Annotated[str, Query(max_length=40, examples=["kathu"])],
    category: Annotated[str, Query(max_length=100, examples=["roads.surface"])],
    latitude: Annotated[float, Query(ge=-90, le=90, allow_inf_nan=False, description="degrees WGS 84")],
    longitude: Annotated[float, Query(ge=-180, le=180, allow_inf_nan=False, description="degrees WGS 84")],
    metres: Annotated[int, Query(ge=1, le=MOST_METRES)] = 50,
) -> list[NearbyPetition]:
    """Newest first, at most ten. Questions by one client are limited; past the limit it is 429."""
    tracking: Tracking = request.app.state.tracking
    _count(request, tracking)
    categories = tracking.nearby.categories(authority)
    if categories is None:
        raise Problem(404, "ไม่พบหน่วยงานนี้")
    if category not in categories:
        unknown = FieldProblem(field="category", message="ไม่พบประเภทเรื่องนี้ในหน่วยงาน")
        raise Problem(422, "กรุณาตรวจสอบข้อมูลที่ระบุไว้", errors=[unknown])
    response.headers["Cache-Control"] = "no-store"
    found = tracking.nearby.of(authority, category, Around(latitude, longitude, metres))
    return [NearbyPetition.model_validate(each) for each in found]


def _count(request: Request, tracking: Tracking) -> None:
    """Every question counts: who asks at every corner of a town would draw a map of it."""
    try:
        tracking.nearby_door.attempt(request.client.host if request.client else "")
    except TooManyFailures as closed:
        _log.warning("nearby_refused", limit=closed.limit)
        wait = {"Retry-After": str(closed.retry_after)}
        raise Problem(429, _TOO_OFTEN, kind="urn:khamrong:too-many-requests", headers=wait) from None
