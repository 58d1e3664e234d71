"""`/{authority}/login`: what logging in with the national Digital ID gives."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from services.portal.pages.common import Authority
from services.portal.rendering import render

router = APIRouter()


@router.get("/{authority}/login")
async def login(request: Request, authority: Authority) -> Response:
    """Anonymous filing and following go on beside it."""
    return render(request, "login.html", authority=authority)
