"""`/{authority}/news`: what the authority announces."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from services.portal.pages.common import Authority
from services.portal.rendering import render

router = APIRouter()


@router.get("/{authority}/news")
async def news(request: Request, authority: Authority) -> Response:
    """In the order that the authority gave them."""
    return render(request, "news.html", authority=authority)
