"""`/`: a citizen chooses an authority."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from services.portal.pages.common import portal_of
from services.portal.rendering import render
from shared.contracts.authority import AuthorityConfigured

router = APIRouter()


@router.get("/")
async def choose(request: Request, q: Annotated[str, Query(max_length=100)] = "") -> Response:
    """All authorities, or those whose name or province holds what was typed."""
    known = (await portal_of(request).directory.all()).values()
    found = [each for each in known if _matches(each, q)]
    return render(request, "choosing.html", authorities=found, q=q.strip(), total=len(known))


def _matches(authority: AuthorityConfigured, typed: str) -> bool:
    told = (authority.name_th, authority.name_en, authority.province, authority.code)
    return all(any(word in text.casefold() for text in told) for word in typed.casefold().split())
