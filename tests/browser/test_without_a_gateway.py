"""With a gateway stopped, or one that takes requests and never answers, every page answers in time with what works."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from deploy.native.folder import free_port
from khamrong.environment import read
from services.portal.app import create_app
from services.portal.settings import PortalSettings
from services.portal.wiring import build
from tests.support.embedded import Embedded

pytestmark = [pytest.mark.timeout(120), pytest.mark.xdist_group("browser")]
MOST_SECONDS = 2.0
WAYS = ["stopped", "silent"]
CALLED = {
    "/login": set(),
    "/logged-out": set(),
    "/": {"intake"},
    "/kathu/": {"intake"},
    "/kathu/news": {"intake"},
    "/kathu/about": {"intake"},
    "/kathu/login": {"intake"},
    "/kathu/services/oss": {"intake"},
    "/kathu/track": {"intake"},
    "/kathu/survey": {"intake"},
    "/kathu/petitions/new": {"intake"},
    "/t/{code}": {"intake", "tracking"},
    "/t/{code}/verify": {"intake", "tracking"},
    "/t/{code}/rate": {"intake", "tracking"},
    "/t/{code}/form.pdf": {"intake", "tracking", "documents"},
}
"""Page → the services without which it can tell nothing. Others may be away: the page leaves out what they tell."""


@contextmanager
def away(how: str) -> Iterator[str]:
    """The address of a gateway that is stopped, or that is silent."""
    with socket.socket() as listener:
        if how == "silent":
            listener.bind(("127.0.0.1", 0))
            listener.listen(64)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        else:
            yield f"http://127.0.0.1:{free_port()}"


@contextmanager
def portal_without(installation: Embedded, service: str, address: str) -> Iterator[TestClient]:
    """A portal in front of the installation, but for one gateway."""
    known = read(installation.folder)
    told = {
        "public_url": "https://khamrong.example",
        "internal_url": installation.url,
        "portal_database_url": known["KHAMRONG_PORTAL_DATABASE_URL"],
        "portal_key": known["KHAMRONG_PORTAL_KEY"],
        "gateways": {service: address},
    }
    app = create_app(build(PortalSettings.model_validate(told)))
    with TestClient(app, base_url="https://khamrong.example", follow_redirects=False) as client:
        yield client


def timed(client: TestClient, page: str) -> tuple[Response, float]:
    """The answer and its seconds, the first time."""
    began = time.monotonic()
    return client.get(page), time.monotonic() - began


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("service", ["intake", "tracking", "documents", "survey", "identity"])
def test_every_page_answers_in_time(installation: Embedded, code: str, service: str, how: str) -> None:
    with away(how) as address, portal_without(installation, service, address) as client:
        for page, needed in CALLED.items():
            answer, seconds = timed(client, page.format(code=code))
            assert seconds < MOST_SECONDS, (page, seconds)
            if service in needed:
                assert answer.status_code == 503, page
                assert answer.headers["retry-after"]
                assert 'class="button' in answer.text, "there is a way on"
            else:
                assert answer.status_code == 200, (page, answer.status_code)


def test_what_was_typed_to_rate_stays_when_survey_is_away(installation: Embedded, code: str) -> None:
    with away("stopped") as address, portal_without(installation, "survey", address) as client:
        token = _token(client.get("/kathu/survey").text)
        typed = {"csrf": token, "rating": "4", "comment": "เจ้าหน้าที่สุภาพ"}
        answer = client.post("/kathu/survey", data=typed, headers={"Sec-Fetch-Site": "same-origin"})
        assert answer.status_code == 422
        assert "เจ้าหน้าที่สุภาพ" in answer.text
        assert 'value="4" checked' in answer.text


def test_what_was_typed_to_follow_stays_when_tracking_is_away(installation: Embedded) -> None:
    with away("silent") as address, portal_without(installation, "tracking", address) as client:
        typed = {"csrf": _token(client.get("/kathu/track").text), "number": "KT1080767000011", "phone_last4": "5678"}
        answer = client.post("/kathu/track", data=typed, headers={"Sec-Fetch-Site": "same-origin"})
        assert "KT1080767000011" in answer.text
        assert "076-321-500" in answer.text


def _token(page: str) -> str:
    return page.partition('name="csrf" value="')[2].partition('"')[0]
