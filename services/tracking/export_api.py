"""The HTTP gateway of tracking: petitions as files, for staff, and for anybody as open data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal

import structlog
from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import StreamingResponse

from services.tracking.exports.columns import OPEN_DATA, PERSONAL, STAFF, Columns
from services.tracking.exports.csv_file import csv_lines
from services.tracking.exports.xlsx_file import MOST_ROWS, xlsx_pieces
from services.tracking.queries.filters import Filter
from services.tracking.staff_api import Asked
from services.tracking.wiring import Tracking
from shared.contracts.access import AccessExported, ExportFilter
from shared.gateway.limits.door import TooManyFailures
from shared.gateway.problems import Problem, responses
from shared.gateway.roles import Role
from shared.gateway.tokens import Caller, StaffCaller
from shared.kernel import clock, ids
from shared.kernel.thai import fiscal_days, fiscal_year

EXPORTERS: Final = frozenset({Role.HEAD, Role.ADMIN})
"""Who may take petitioners along."""

_CSV: Final = "text/csv; charset=utf-8"
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TOO_OFTEN: Final = "ดาวน์โหลดข้อมูลถี่เกินไป กรุณาลองใหม่ภายหลัง"
_log = structlog.get_logger(__name__)
router = APIRouter(prefix="/api/tracking/v1", tags=["exports"])
Format = Literal["csv", "xlsx"]
Personal = Annotated[bool, Query(description="With the petitioners: for heads and admins, and recorded")]


@router.get(
    "/petitions.csv",
    responses=responses(400, 401, 403, 422) | {200: {"content": {"text/csv": {}}, "description": "UTF-8 with a mark"}},
    response_class=StreamingResponse,
    summary="The same petitions for a spreadsheet",
)
def petitions_csv(request: Request, caller: StaffCaller, asked: Asked, personal: Personal = False) -> StreamingResponse:
    """All that match, oldest first, streamed. Texts that a spreadsheet would take for formulas are made harmless."""
    columns, rows = _export(request, caller, asked, "csv", personal=personal)
    return _file(csv_lines(columns, rows), _CSV, "petitions.csv")


@router.get(
    "/petitions.xlsx",
    responses=responses(400, 401, 403, 422) | {200: {"content": {_XLSX: {}}, "description": "A workbook"}},
    response_class=StreamingResponse,
    summary="The same petitions as a workbook",
)
def petitions_xlsx(
    request: Request, caller: StaffCaller, asked: Asked, personal: Personal = False
) -> StreamingResponse:
    """All that match, oldest first, streamed. Texts stay texts, whatever they begin with."""
    if _tracking(request).petitions.counts(asked, caller.sub)["all"] > MOST_ROWS:
        raise Problem(422, "จำนวนคำร้องเกินกว่าที่แผ่นงานหนึ่งเก็บได้ กรุณากรองให้แคบลงหรือเลือกไฟล์ CSV")
    columns, rows = _export(request, caller, asked, "xlsx", personal=personal)
    return _file(xlsx_pieces(columns, rows), _XLSX, "petitions.xlsx")


@router.get(
    "/open-data/{authority}.csv",
    responses=responses(400, 404, 422, 429) | {200: {"content": {"text/csv": {}}, "description": "UTF-8 with a mark"}},
    response_class=StreamingResponse,
    summary="An authority's petitions as open data (public)",
)
def open_data(
    request: Request,
    authority: Annotated[str, Path(max_length=40, examples=["kathu"])],
    year: Annotated[
        int | None,
        Query(alias="fiscal_year", ge=2400, le=2800, description="Buddhist era; the present one if left out"),
    ] = None,
) -> StreamingResponse:
    """Filed in one fiscal year. Neither number nor person nor text; days, and about where (a kilometre)."""
    tracking = _tracking(request)
    _limited(request, tracking)
    if tracking.nearby.categories(authority) is None:
        raise Problem(404, "ไม่พบหน่วยงานนี้")
    first, last = fiscal_days(year or fiscal_year(clock.now()))
    rows = tracking.petitions.every(Filter(authority=authority, filed_from=first, filed_to=last))
    answer = _file(csv_lines(OPEN_DATA, rows), _CSV, f"{authority}.csv")
    answer.headers["Cache-Control"] = "public, max-age=3600"
    return answer


def _export(
    request: Request, caller: Caller, asked: Filter, kind: Format, *, personal: bool
) -> tuple[Columns, Iterator[dict[str, Any]]]:
    """The columns and rows of an export; with petitioners only once that is recorded. Raises Problem 403, 503."""
    tracking = _tracking(request)
    _log.info("petitions_exported", actor=caller.sub, authority=caller.authority, personal=personal)
    if not personal:
        return STAFF, tracking.petitions.every(asked)
    if caller.role not in EXPORTERS:
        raise Problem(403, "บทบาทของคุณส่งออกข้อมูลส่วนบุคคลไม่ได้")
    rows = tracking.petitions.counts(asked, caller.sub)["all"]
    tracking.accesses.record(caller, _exported(caller, asked, kind, rows), request.state.correlation_id)
    return PERSONAL, tracking.petitions.every_opened(asked)


def _exported(caller: Caller, asked: Filter, kind: Format, rows: int) -> AccessExported:
    told = ExportFilter(
        status=asked.status,
        category=asked.category,
        department=asked.department,
        officer=asked.officer,
        overdue=asked.overdue,
        filed_from=asked.filed_from.isoformat() if asked.filed_from else None,
        filed_to=asked.filed_to.isoformat() if asked.filed_to else None,
        searched=bool(asked.q),
    )
    return AccessExported(
        access_id=ids.new_id(),
        authority=caller.authority,
        role=caller.role.value,
        format=kind,
        filter=told,
        rows=rows,
    )


def _file(content: Iterator[Any], media_type: str, name: str) -> StreamingResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingResponse(content, media_type=media_type, headers=headers)


def _limited(request: Request, tracking: Tracking) -> None:
    """Each answer is large: who wants it again looks into what was kept."""
    try:
        tracking.open_data_door.attempt(request.client.host if request.client else "")
    except TooManyFailures as closed:
        wait = {"Retry-After": str(closed.retry_after)}
        raise Problem(429, _TOO_OFTEN, kind="urn:khamrong:too-many-requests", headers=wait) from None


def _tracking(request: Request) -> Tracking:
    tracking: Tracking = request.app.state.tracking
    return tracking
