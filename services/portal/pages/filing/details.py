"""Step 1: what it is about, and who files it."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from services.portal.pages.common import Authority
from services.portal.pages.filing.pages import saved, shown
from services.portal.pages.filing.steps import DETAILS

router = APIRouter()


@router.get("/{authority}/petitions/new/details")
async def details(request: Request, authority: Authority) -> Response:
    """The page as the draft has it."""
    return await shown(request, authority, DETAILS)


@router.post("/{authority}/petitions/new/details")
async def save_details(request: Request, authority: Authority) -> Response:
    """Keeps it and goes on."""
    return await saved(request, authority, DETAILS)
