"""The two cookies that identity sets: before a login, and for a minute after it. Both are HttpOnly and Lax, and hold
random bits that mean something to the server alone."""

from __future__ import annotations

from typing import Final

from fastapi import Request, Response

from services.identity.login import LIFETIME
from services.identity.sessions import HANDOVER_LIFETIME

LOGIN: Final = "khamrong-login"
HANDOVER: Final = "khamrong-handover"


def named(name: str, public_url: str) -> str:
    """With the prefix that keeps neighbours from planting it (RFC 6265bis §4.1.3.2), where the site has TLS."""
    return f"__Host-{name}" if public_url.startswith("https://") else name


def keep_login(response: Response, value: str, public_url: str) -> None:
    """Ties the provider's answer to this browser."""
    _keep(response, named(LOGIN, public_url), value, int(LIFETIME.total_seconds()), public_url)


def keep_handover(response: Response, value: str, public_url: str) -> None:
    """For the portal, which exchanges it behind the browser's back."""
    _keep(response, named(HANDOVER, public_url), value, int(HANDOVER_LIFETIME.total_seconds()), public_url)


def forget_login(response: Response, public_url: str) -> None:
    """The attempt is over."""
    _keep(response, named(LOGIN, public_url), "", 0, public_url)


def login_of(request: Request, public_url: str) -> str:
    """The pre-login cookie; empty where there is none."""
    return request.cookies.get(named(LOGIN, public_url), "")


def _keep(response: Response, name: str, value: str, seconds: int, public_url: str) -> None:
    secure = public_url.startswith("https://")
    response.set_cookie(name, value, max_age=seconds, path="/", secure=secure, httponly=True, samesite="lax")
