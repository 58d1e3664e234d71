"""Cookies: bound to this very host, never readable by scripts."""

from __future__ import annotations

from fastapi import Request, Response

from services.portal.settings import PortalSettings


def cookie_name(settings: PortalSettings, name: str) -> str:
    """With the prefix that keeps other hosts and paths from setting it (RFC 6265bis §4.1.3), where browsers take it."""
    return f"__Host-{name}" if settings.is_secure else name


def read_cookie(request: Request, settings: PortalSettings, name: str) -> str:
    """The value; empty when there is none."""
    return request.cookies.get(cookie_name(settings, name), "")


def set_cookie(response: Response, settings: PortalSettings, name: str, value: str, seconds: int) -> None:
    """SameSite=Lax: a link from an SMS or from the Digital ID provider brings it along, a foreign form does not."""
    response.set_cookie(
        cookie_name(settings, name), value, seconds, path="/", secure=settings.is_secure, httponly=True, samesite="lax"
    )


def drop_cookie(response: Response, settings: PortalSettings, name: str) -> None:
    """End it."""
    set_cookie(response, settings, name, "", 0)
