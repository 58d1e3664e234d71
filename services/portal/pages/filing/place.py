"""Step 2: where work is needed, if that can be said; and the completion of addresses for scripts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from services.portal.pages.common import Authority
from services.portal.pages.filing.pages import options, saved, shown
from services.portal.pages.filing.steps import PLACE
from services.portal.places.search import LONGEST

router = APIRouter()


@router.get("/{authority}/petitions/new/place")
async def place(request: Request, authority: Authority) -> Response:
    """The page as the draft has it."""
    return await shown(request, authority, PLACE)


@router.post("/{authority}/petitions/new/place")
async def save_place(request: Request, authority: Authority) -> Response:
    """Keeps it and goes on."""
    return await saved(request, authority, PLACE)


@router.get("/{authority}/places")
async def places(authority: Authority, q: Annotated[str, Query(max_length=LONGEST)] = "") -> Response:
    """`[{subdistrict, district, province, postal_code}]`, best first; the names are in Thai only."""
    found = [
        {"subdistrict": each.name, "district": each.district, "province": each.province, "postal_code": code}
        for each, code in options(q, authority.province)
    ]
    return JSONResponse(found, headers={"Cache-Control": "private, max-age=3600"})
