"""What every page of the portal is protected by: headers, and the check that a form came from a page of ours."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import FormData, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.portal.cookies import read_cookie
from services.portal.settings import PortalSettings
from shared.kernel.secrets import keyed_hash, same

VISITOR: Final = "khamrong"
"""The cookie that form tokens are bound to."""
VISITOR_SECONDS: Final = 7 * 24 * 3600
FIELD: Final = "csrf"
HEADER: Final = "X-CSRF-Token"
_SAME_SITE: Final = frozenset({"same-origin", "none"})


class Forged(Exception):
    """A form that no page of ours sent, or one whose cookie has ended."""


def token_for(settings: PortalSettings, visitor: str) -> str:
    """The token that forms carry: only who has the cookie and the portal's key can make it (OWASP, signed double
    submit)."""
    return keyed_hash(settings.portal_key.get_secret_value(), f"csrf:{visitor}")


def require_own(request: Request, settings: PortalSettings, form: FormData) -> None:
    """Raises Forged unless the browser says that one of our pages sent it, and the token fits the visitor's cookie."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in _SAME_SITE:
        raise Forged
    origin = request.headers.get("Origin", "null")
    if site is None and origin != "null" and urlsplit(origin).netloc != request.headers.get("Host"):
        raise Forged
    visitor = read_cookie(request, settings, VISITOR)
    given = request.headers.get(HEADER) or str(form.get(FIELD, ""))
    if not visitor or not same(given, token_for(settings, visitor)):
        raise Forged


def policy(settings: PortalSettings) -> str:
    """The Content-Security-Policy: our own files only, nothing inline; pictures also from the map's tile server."""
    tiles = urlsplit(settings.tiles_url)
    pictures = f"'self' data: blob: {tiles.scheme}://{tiles.netloc}" if tiles.netloc else "'self' data: blob:"
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src {pictures}; "
        "connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
    )


class SecurityHeaders:
    """Puts the headers of OWASP ASVS 5.0 §3.4 on every answer that does not bring its own."""

    def __init__(self, app: ASGIApp, settings: PortalSettings) -> None:
        self._app = app
        self._headers = {
            "Content-Security-Policy": policy(settings),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "Permissions-Policy": "geolocation=(self), camera=(), microphone=(), payment=()",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
        }
        if settings.public_url.startswith("https:"):
            self._headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def protecting(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, protecting if scope["type"] == "http" else send)
