"""`/{authority}/open-data`: the authority's petitions for anybody, without personal data."""

from __future__ import annotations

from typing import Annotated, Final

import httpx
from fastapi import APIRouter, Query, Request, Response
from starlette.exceptions import HTTPException

from services.portal.clients.gateways import Refused
from services.portal.pages import errors
from services.portal.pages.common import Authority
from services.portal.pages.passing import passed_through
from services.portal.rendering import render
from services.portal.texts.catalogue import N_
from shared.kernel import clock
from shared.kernel.thai import fiscal_year

router = APIRouter()
YEARS: Final = 5
COLUMNS: Final = (
    ("status, status_label, outcome", N_("สถานะและผลการดำเนินการ")),
    ("category, category_label", N_("ประเภทเรื่อง")),
    ("department, channel", N_("กองที่รับผิดชอบ และช่องทางที่ยื่น")),
    ("filed_on, due_on, accepted_on, resolved_on, closed_on", N_("วันที่ของแต่ละขั้น (ค.ศ. ตามมาตรฐาน ISO 8601)")),
    ("latitude, longitude", N_("พิกัดโดยประมาณ ปัดเป็นราว 1 กิโลเมตร")),
)
"""What stands in the file, as tracking makes it, and what it means."""
Year = Annotated[int, Query(ge=2400, le=2800)]


@router.get("/{authority}/open-data")
async def open_data(request: Request, authority: Authority) -> Response:
    """What there is, and the files, a fiscal year each."""
    present = fiscal_year(clock.now())
    years = [present - back for back in range(YEARS)]
    return render(request, "open_data.html", authority=authority, years=years, columns=COLUMNS)


@router.get("/{authority}/open-data.csv")
async def open_data_csv(request: Request, authority: Authority, fiscal_year: Year) -> Response:
    """A fiscal year's file, as tracking makes it; how often, tracking counts by address."""
    path = f"/open-data/{authority.code}.csv?fiscal_year={fiscal_year}"
    try:
        return await passed_through(request, "tracking", path, {})
    except Refused as refused:
        if refused.status != httpx.codes.TOO_MANY_REQUESTS:
            raise HTTPException(refused.status) from None
        return await errors.page(request, refused.status, retry_after=refused.retry_after)
