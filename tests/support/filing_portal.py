"""The portal before real gateways of intake and documents, in one process, with citizens who fill in its pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from typing import Any, Final

import httpx
from fastapi.testclient import TestClient
from starlette.types import ASGIApp

from services.portal.app import create_app
from services.portal.settings import PortalSettings
from services.portal.wiring import Portal, build
from tests.support.gateways import PUBLIC_URL, base64_of
from tests.support.intake import IntakeOffice

NEW: Final = "/kathu/petitions/new"
KEY: Final = b"o" * 32
DETAILS: Final = {
    "category": "roads.surface",
    "subject": "ถนนเป็นหลุมลึก",
    "details": "หน้าตลาดสด\nรถล้มหลายครั้ง",
    "petitioner.title": "นาย",
    "petitioner.given_name": "สมชาย",
    "petitioner.family_name": "ใจดี",
    "petitioner.citizen_id": "1-1017-00207-12-9",
    "petitioner.phone": "081 234 5678",
    "petitioner.address.house_no": "12",
    "petitioner.address.moo": "2",
    "petitioner.address.road": "วิชิตสงคราม",
    "petitioner.address.subdistrict": "กะทู้",
    "petitioner.address.district": "กะทู้",
    "petitioner.address.province": "ภูเก็ต",
    "petitioner.address.postal_code": "83120",
}
PLACE: Final = {"place.latitude": "7.9056", "place.longitude": "98.3332", "place.description": "ตรงข้ามโรงเรียน"}

Answer = Callable[[httpx.Request], httpx.Response]


@dataclass
class Switchboard(httpx.AsyncBaseTransport):
    """Leads each request to its gateway. `away`: services that do not answer; `instead`: what answers for a service;
    `mute`: services that do what they are asked, and whose answer is lost."""

    apps: Mapping[str, ASGIApp]
    away: set[str] = field(default_factory=set)
    mute: set[str] = field(default_factory=set)
    instead: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        service = request.url.path.split("/")[2]
        self.asked.append(f"{request.method} {request.url.path}")
        if service in self.instead:
            return self.instead[service](request)
        if service in self.away or service not in self.apps:
            raise httpx.ConnectError("away", request=request)
        answer = await httpx.ASGITransport(self.apps[service]).handle_async_request(request)
        if service in self.mute and request.url.path.endswith("/petitions"):
            await answer.aread()
            raise httpx.ReadTimeout("lost", request=request)
        return answer


@dataclass(frozen=True)
class Citizen:
    """A browser without JavaScript, and what it has on its screen."""

    client: TestClient
    new: str = NEW

    def get(self, page: str = "", **query: str) -> httpx.Response:
        """Open a page of the wizard."""
        answer: httpx.Response = self.client.get(f"{self.new}/{page}".rstrip("/"), params=query)
        return answer

    def press(self, page: str, action: str, fields: Mapping[str, Any] | None = None, **more: Any) -> httpx.Response:
        """Open a page, fill in its form, and press a button; where that leads, redirects followed."""
        return self.send(page, {**hidden(self.get(page)), **(fields or {}), "action": action}, **more)

    def send(self, page: str, form: Mapping[str, Any], **more: Any) -> httpx.Response:
        """Send a form as it is."""
        answer: httpx.Response = self.client.post(f"{self.new}/{page}".rstrip("/"), data=dict(form), **more)
        return answer

    def begins(self) -> Citizen:
        """At the first step."""
        assert path_of(self.press("", "start")) == f"{self.new}/details"
        return self

    def fills_in(self, **changed: str) -> Citizen:
        """Everything that is needed, up to the review."""
        self.press("details", "next", {**DETAILS, **changed})
        self.press("place", "next", PLACE)
        assert path_of(self.press("attachments", "next")) == f"{self.new}/review"
        return self

    def attaches(self, *files: tuple[str, bytes], action: str = "attach") -> httpx.Response:
        """Choose these files and press the button."""
        return self.press("attachments", action, files=[("file", file) for file in files])

    def twin(self) -> Citizen:
        """Another tab of the same browser."""
        tab = TestClient(self.client.app, base_url=PUBLIC_URL)
        tab.cookies = self.client.cookies
        return Citizen(tab)


@dataclass(frozen=True)
class Counter:
    """A portal, what it calls, and where its drafts are."""

    portal: Portal
    switchboard: Switchboard
    url: str

    def citizen(self, base_url: str = PUBLIC_URL, new: str = NEW) -> Citizen:
        """Somebody with a browser of his own; on an authority's own domain the pages are elsewhere (`new`)."""
        return Citizen(TestClient(create_app(self.portal), base_url=base_url), new)


@contextmanager
def counter(url: str, office: IntakeOffice, documents: ASGIApp | None = None, **changed: Any) -> Iterator[Counter]:
    """A portal over this database. The gateways are reached in this process; tracking is away."""
    apps: dict[str, ASGIApp] = {"intake": office.client.app}
    if documents is not None:
        apps["documents"] = documents
    told = {"public_url": PUBLIC_URL, **changed}
    settings = PortalSettings(portal_database_url=url, portal_key=base64_of(KEY), **told)
    switchboard = Switchboard(apps)
    portal = build(settings, switchboard)
    yield Counter(portal, switchboard, url)
    portal.engine.dispose()


def hidden(page: httpx.Response) -> dict[str, str]:
    """The hidden fields of a page's form."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
    return {name: unescape(value) for name, value in found}


def path_of(answer: httpx.Response) -> str:
    """Where a browser is after following."""
    return answer.url.path


def shown(answer: httpx.Response) -> str:
    """The page as it is read: entities resolved, tags gone."""
    body = re.sub(r"<(script|style|svg)\b.*?</\1>", "", answer.text, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def value_of(page: httpx.Response, name: str) -> str:
    """What stands in a field."""
    area = re.search(rf'<textarea id="[^"]*" name="{re.escape(name)}"[^>]*>\n?(.*?)</textarea>', page.text, re.DOTALL)
    line = re.search(rf'name="{re.escape(name)}"[^>]*? value="([^"]*)"', page.text)
    found = area or line
    assert found, f"no field {name}"
    return unescape(found.group(1))
