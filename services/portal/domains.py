"""An authority's own domain: its pages are at `/`, without its code."""

from __future__ import annotations

from typing import Final

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from services.portal.clients.directory import Directory
from services.portal.links import OWN_DOMAIN

SHARED: Final = ("/t/", "/me/", "/login/", "/logout", "/logged-out", "/staff/", "/static/", "/health/", "/metrics")
"""Pages that belong to no authority."""


class OwnDomains:
    """Puts the authority's code before the path when its own domain was asked."""

    def __init__(self, app: ASGIApp, directory: Directory) -> None:
        self._app = app
        self._directory = directory

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not scope["path"].startswith(SHARED):
            scope = await self._placed(scope)
        await self._app(scope, receive, send)

    async def _placed(self, scope: Scope) -> Scope:
        authority = await self._directory.at_domain(HTTPConnection(scope).url.hostname or "")
        if authority is None:
            return scope
        state = {**scope.get("state", {}), OWN_DOMAIN: authority.code}
        return {**scope, "state": state, "path": f"/{authority.code}{scope['path']}"}
