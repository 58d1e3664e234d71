"""The dashboard's places on a map, drawn by a browser whose every request is answered in this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.samples import uploads as make
from tests.support import account_portal
from tests.support.account_portal import lobby
from tests.support.browsing import PICTURES, violations
from tests.support.gateways import PUBLIC_URL, Databases
from tests.support.identity import identity_office, identity_settings, in_memory
from tests.support.intake import intake_office
from tests.support.town_hall import Desk, at_desk, behind, hired

pytestmark = pytest.mark.xdist_group("browser")
TILES: Final = "https://tiles.example"
PIXEL: Final = make.picture("PNG", (256, 256))
DRAWN: Final = """() => {
    const drawn = document.querySelector("#places-map canvas");
    const pixels = drawn.getContext("2d").getImageData(0, 0, drawn.width, drawn.height).data;
    return pixels.some((value, at) => at % 4 === 3 && value > 0);
}"""
"""Whether anything is on the layer of the dots."""
POINTS: Final = [
    {"latitude": 7.905, "longitude": 98.333, "count": 12},
    {"latitude": 7.911, "longitude": 98.341, "count": 3},
    {"latitude": 7.898, "longitude": 98.329, "count": 1},
]
FIGURES: Final[dict[str, Any]] = {
    "authority": "kathu", "authority_name": "เทศบาลเมืองกะทู้", "fiscal_year": 2567, "department": None, "received": 16,
    "open": 16, "closed": 0, "overdue": 0, "on_time_share": None, "median_days": None, "p90_days": None,
    "satisfaction": {"answers": 0, "mean_rating": None, "solved_share": None},
    "by_category": [], "by_department": [], "over_time": [], "points": POINTS,
}  # fmt: skip


@pytest.fixture
def desk(databases: Databases, keyring_url: str, tmp_path: Path) -> Iterator[Desk]:
    """A portal with tiles, and a head who works there."""
    with ExitStack() as stack:
        intake = stack.enter_context(intake_office(databases.make("intake"), keyring_url))
        settings = identity_settings(databases.make("identity"), keyring_url, tmp_path)
        identity = stack.enter_context(identity_office(settings, in_memory()))
        told = {"tiles_url": f"{TILES}/{{z}}/{{x}}/{{y}}.png", "tiles_attribution": "© ผู้ทำแผนที่"}
        running = stack.enter_context(lobby(databases.make("portal"), intake, identity, **told))
        hall = stack.enter_context(behind(running))
        hall.more["/dashboard"] = httpx.Response(200, json=FIGURES)
        hired((running, hall))
        yield running, hall


def opened(browser: Browser, desk: Desk, *, scripts: bool) -> Page:
    """The dashboard of somebody who is logged in."""
    inside: account_portal.Browser = at_desk(desk)

    def answer(route: Route) -> None:
        url = route.request.url
        if url.startswith(TILES):
            route.fulfill(body=PIXEL, content_type="image/png")
            return
        got = inside.get(url.removeprefix(PUBLIC_URL))
        kept = {
            name: value for name, value in got.headers.items() if name in ("content-type", "content-security-policy")
        }
        route.fulfill(status=got.status_code, headers=kept, body=got.content)

    context = browser.new_context(java_script_enabled=scripts, viewport={"width": 1440, "height": 900})
    context.route("**/*", answer)
    page = context.new_page()
    page.goto(f"{PUBLIC_URL}/staff/dashboard")
    return page


def test_places_lie_on_the_map_and_the_sheet_gives_way(browser: Browser, desk: Desk) -> None:
    page = opened(browser, desk, scripts=True)
    chart = page.get_by_role("application", name="แผนที่จุดที่แจ้ง")
    expect(chart.locator("canvas")).to_be_visible()
    expect(page.locator("#places-sheet")).to_be_hidden()
    expect(chart.get_by_text("© ผู้ทำแผนที่")).to_be_visible()
    chart.scroll_into_view_if_needed()
    seen = page.evaluate(DRAWN)
    assert seen, "dots are drawn"
    assert violations(page) == []
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / "dashboard-map.png", full_page=True)
    page.context.close()


def test_without_scripts_the_sheet_stays(browser: Browser, desk: Desk) -> None:
    page = opened(browser, desk, scripts=False)
    expect(page.locator("#places-sheet svg")).to_be_visible()
    expect(page.locator("#places-map")).to_be_hidden()
    page.context.close()
