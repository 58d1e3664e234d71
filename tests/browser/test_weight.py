"""Cheap phones and slow networks: what a page weighs over the wire, and what it costs the server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.support.browsing import PHONE
from tests.support.embedded import Embedded, cpu_seconds

pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("browser")]
FIRST_OCTETS = 150 * 1024
LATER_OCTETS = 15 * 1024
SERVER_SECONDS = 0.050
TIMES = 15
PAGES = (
    *("/", "/kathu/", "/kathu/news", "/kathu/about", "/kathu/login", "/kathu/services/oss", "/kathu/track"),
    *("/kathu/petitions/new", "/kathu/petitions/new/details", "/kathu/petitions/new/place"),
    *("/kathu/petitions/new/attachments", "/kathu/petitions/new/review"),
    *(
        "/kathu/survey",
        "/kathu/survey/thanks",
        "/t/{code}",
        "/t/{code}/verify",
        "/t/{code}/rate",
        "/kathu/no-such-page",
    ),
)


@pytest.fixture(scope="module")
def cookies(browser: Browser, installation: Embedded) -> list[Any]:
    """Those of somebody who has begun to write a petition."""
    opened = browser.new_context(viewport=PHONE)
    page = opened.new_page()
    page.goto(f"{installation.url}/kathu/petitions/new")
    page.locator("button[value='start']").click()
    held = list(opened.cookies())
    opened.close()
    return held


@pytest.fixture
def context(browser: Browser, cookies: list[Any]) -> Iterator[BrowserContext]:
    """An empty browser with these cookies."""
    fresh = browser.new_context(viewport=PHONE)
    fresh.add_cookies(cookies)
    yield fresh
    fresh.close()


def octets_of(page: Page, url: str) -> int:
    """What came over the wire until the page was at rest."""
    told: list[float] = []
    session = page.context.new_cdp_session(page)
    session.on("Network.loadingFinished", lambda event: told.append(event["encodedDataLength"]))
    session.send("Network.enable")
    page.goto(url, wait_until="networkidle")
    session.detach()
    return int(sum(told))


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_light_on_first_visit_and_lighter_after(
    context: BrowserContext, installation: Embedded, code: str, path: str
) -> None:
    page, url = context.new_page(), installation.url + path.format(code=code)
    assert 1000 < octets_of(page, url) < FIRST_OCTETS
    assert octets_of(page, url) < LATER_OCTETS


@pytest.mark.parametrize("path", PAGES)
def test_a_page_costs_the_server_little(context: BrowserContext, installation: Embedded, code: str, path: str) -> None:
    """Processor time of the whole installation, gateways and background included: whatever else the machine does."""
    url, pid = installation.url + path.format(code=code), installation.process.pid
    context.request.get(url)
    before = cpu_seconds(pid)
    for _ in range(TIMES):
        assert context.request.get(url).status in (200, 404)
    assert (cpu_seconds(pid) - before) / TIMES < SERVER_SECONDS
