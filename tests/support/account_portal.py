"""The portal and identity behind one origin, and people who log in with a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
from fastapi.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from services.identity.login import VerifiedPerson
from services.portal.app import create_app
from services.portal.settings import PortalSettings
from services.portal.wiring import Portal, build
from tests.support.filing_portal import KEY, Switchboard, hidden, path_of
from tests.support.gateways import PUBLIC_URL, base64_of
from tests.support.identity import IdentityOffice, somebody
from tests.support.intake import IntakeOffice

CONTACT: Final = {
    "title": "นาย",
    "phone": "081 234 5678",
    "address.house_no": "12",
    "address.subdistrict": "กะทู้",
    "address.district": "กะทู้",
    "address.province": "ภูเก็ต",
    "address.postal_code": "83120",
}


@dataclass(frozen=True)
class Browser:
    """Somebody's browser, without JavaScript."""

    client: TestClient
    office: IdentityOffice

    def get(self, path: str, **more: Any) -> httpx.Response:
        """Open a page, and follow where it leads."""
        answer: httpx.Response = self.client.get(path, **more)
        return answer

    def post(self, path: str, form: Mapping[str, Any] | None = None, *, page: str = "", **more: Any) -> httpx.Response:
        """Fill in the form of a page (that of the address, where none is named) and send it."""
        fields = {**hidden(self.get(page or path)), **(form or {})}
        answer: httpx.Response = self.client.post(path, data=fields, **more)
        return answer

    def log_in(self, person: VerifiedPerson | None = None, *, provider: str = "thaid", **asked: str) -> httpx.Response:
        """From the login page to the provider, who vouches for the person, and back; where that leads."""
        return self.come_back(self.go(provider, **asked), person or somebody(), provider)

    def go(self, provider: str = "thaid", **asked: str) -> str:
        """From the login page to the provider: the address there."""
        page = self.get("/kathu/login", params=asked)
        ways = re.findall(r'href="(/api/identity/v1/login/[^"]+)"', page.text)
        way = next(unescape(each) for each in ways if f"/login/{provider}?" in each)
        answer = self.client.get(way, follow_redirects=False)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])

    def come_back(self, there: str, person: VerifiedPerson | None, provider: str = "thaid") -> httpx.Response:
        """From the provider, who vouches for the person; for nobody: it was cancelled there."""
        code, asked = str(uuid4()), parse_qs(urlsplit(there).query)
        told = {"state": asked["state"][0]}
        if person:
            people: Any = self.office.providers[provider].people
            people[code] = person
        told |= {"code": code} if person else {"error": "access_denied"}
        return self.get(f"/api/identity/v1/callback/{provider}", params=told)

    def agree(self) -> httpx.Response:
        """ยินยอม."""
        return self.post("/me/consent", {"decision": "agree"})

    def join(self, **changed: str) -> httpx.Response:
        """Log in for the first time, agree, and make the account."""
        assert path_of(self.log_in()) == "/me/consent"
        assert path_of(self.agree()) == "/me/join"
        page = self.post("/me/join", {**CONTACT, **changed})
        assert path_of(page) == "/me/welcome", page.text
        return page

    @property
    def session(self) -> str:
        """The secret of the session, if there is one."""
        return self.client.cookies.get("__Host-session") or ""


@dataclass(frozen=True)
class Lobby:
    """A portal, what it calls, and identity."""

    portal: Portal
    switchboard: Switchboard
    office: IdentityOffice

    def browser(self, base_url: str = PUBLIC_URL) -> Browser:
        """Somebody with a browser of his own."""
        front = _Front(self.office.client.app, create_app(self.portal))
        return Browser(TestClient(front, base_url=base_url, raise_server_exceptions=False), self.office)


class _Front:
    """One origin, as nginx makes it."""

    def __init__(self, identity: ASGIApp, pages: ASGIApp) -> None:
        self._identity, self._pages = identity, pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self._identity if scope.get("path", "").startswith("/api/identity/") else self._pages
        await app(scope, receive, send)


@contextmanager
def lobby(url: str, intake: IntakeOffice, identity: IdentityOffice, **changed: Any) -> Iterator[Lobby]:
    """A portal over this database. The gateways are reached in this process."""
    usual: dict[str, Any] = {"public_url": PUBLIC_URL, "client_secret": "the portal's"}
    settings = PortalSettings(portal_database_url=url, portal_key=base64_of(KEY), **usual | changed)
    switchboard = Switchboard({"intake": intake.client.app, "identity": identity.client.app})
    portal = build(settings, switchboard)
    yield Lobby(portal, switchboard, identity)
    portal.engine.dispose()
