"""Who asks for a page: the session's cookie, looked up once a request."""

from __future__ import annotations

from typing import Final

from fastapi import Request, Response
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.portal.clients.accounts import Account, Accounts, SessionEnded
from services.portal.clients.gateways import Unavailable
from services.portal.cookies import drop_cookie, read_cookie
from services.portal.settings import PortalSettings

SESSION: Final = "session"
"""The cookie that holds the secret of a session, and nothing about the person."""
_ACCOUNT: Final = "account"
_UNKNOWN: Final = "account_unknown"
_FOR_NOBODY: Final = ("/static/", "/health/", "/metrics", "/login/")


def account_of(request: Request) -> Account | None:
    """Who has logged in; None for anybody else, and while identity cannot say."""
    account: Account | None = getattr(request.state, _ACCOUNT, None)
    return account


def is_unknown(request: Request) -> bool:
    """Whether there is a session that identity cannot be asked about now."""
    return bool(getattr(request.state, _UNKNOWN, False))


def forget_account(request: Request) -> None:
    """From here on the page is for anybody."""
    setattr(request.state, _ACCOUNT, None)


class Visitors:
    """Lets pages know who has logged in. A session that has ended takes its cookie along."""

    def __init__(self, app: ASGIApp, accounts: Accounts, settings: PortalSettings) -> None:
        self._app, self._accounts, self._settings = app, accounts, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not scope["path"].startswith(_FOR_NOBODY):
            send = await self._known(scope, send)
        await self._app(scope, receive, send)

    async def _known(self, scope: Scope, send: Send) -> Send:
        request = Request(scope)
        secret = read_cookie(request, self._settings, SESSION)
        if not secret:
            return send
        try:
            setattr(request.state, _ACCOUNT, await self._accounts.of(secret))
        except Unavailable:
            setattr(request.state, _UNKNOWN, True)
        except SessionEnded:
            return _dropping(send, self._settings)
        return send


def _dropping(send: Send, settings: PortalSettings) -> Send:
    gone = Response()
    drop_cookie(gone, settings, SESSION)

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).append("Set-Cookie", gone.headers["Set-Cookie"])
        await send(message)

    return sending
