"""What the pages share: the portal, and the authority that an address names."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from services.portal.security import require_own
from services.portal.wiring import Portal
from shared.contracts.authority import AuthorityConfigured


def portal_of(request: Request) -> Portal:
    """The running portal."""
    portal: Portal = request.app.state.portal
    return portal


async def _authority(request: Request, authority: str) -> AuthorityConfigured:
    found = await portal_of(request).directory.find(authority)
    if found is None:
        raise HTTPException(404)
    return found


Authority = Annotated[AuthorityConfigured, Depends(_authority)]
"""The authority whose code is in the address; 404 for others."""


async def posted(request: Request) -> FormData:
    """The form that was sent. Raises Forged when no page of ours sent it."""
    form = await request.form(max_files=20, max_fields=200)
    require_own(request, portal_of(request).settings, form)
    return form
