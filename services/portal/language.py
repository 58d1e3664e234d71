"""`?lang=en` on any page chooses the language, is remembered, and goes from the address."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from services.portal.links import LANGUAGE_ASKED
from services.portal.rendering import LANGUAGE
from services.portal.settings import PortalSettings
from services.portal.texts.catalogue import LANGUAGES

YEAR_SECONDS = 365 * 24 * 3600


class LanguageChoice:
    """The choice is no secret, and a script may read it."""

    def __init__(self, app: ASGIApp, settings: PortalSettings) -> None:
        self._app = app
        self._secure = settings.is_secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "GET" and b"lang=" in scope["query_string"]:
            request = Request(scope)
            if request.query_params.get(LANGUAGE_ASKED) in LANGUAGES:
                await self._chosen(request)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _chosen(self, request: Request) -> RedirectResponse:
        there = request.url.remove_query_params(LANGUAGE_ASKED)
        answer = RedirectResponse(there.path + (f"?{there.query}" if there.query else ""), 303)
        chosen = request.query_params[LANGUAGE_ASKED]
        answer.set_cookie(LANGUAGE, chosen, YEAR_SECONDS, secure=self._secure, samesite="lax")
        return answer
