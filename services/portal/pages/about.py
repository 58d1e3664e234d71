"""`/{authority}/about`: who the authority is, its departments, how to reach it."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from services.portal.pages.common import Authority
from services.portal.rendering import render

router = APIRouter()


@router.get("/{authority}/about")
async def about(request: Request, authority: Authority) -> Response:
    """Address, phone, departments."""
    return render(request, "about.html", authority=authority)
