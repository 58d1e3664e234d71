"""The dashboard and the administration in a browser: read, changed by the keyboard, and told in the history."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.samples import uploads as make
from tests.support.browsing import Visitor
from tests.support.embedded import Embedded
from tests.support.staff_walk import TABLET, Hand, filed_by_api, hired, reloaded, working
from tests.support.waiting import eventually

pytestmark = [pytest.mark.timeout(600), pytest.mark.xdist_group("browser")]


SEAL = make.picture("PNG", (640, 640))


@pytest.fixture(scope="module")
def administrator(installation: Embedded) -> Hand:
    return hired(installation, "sample5", "admin")


@pytest.mark.parametrize(
    ("language", "size", "dark"), [("th", {"width": 1440, "height": 900}, False), ("en", TABLET, True)]
)
def test_the_dashboard_the_settings_and_their_history(
    browser: Browser, installation: Embedded, administrator: Hand, language: str, size: dict[str, int], dark: bool
) -> None:
    filed_by_api(installation)
    told = {"language": language, "size": size, "dark": dark}
    with working(browser, installation.url, administrator, **told) as visitor:
        visitor.go("/staff/dashboard")
        eventually(lambda: reloaded(visitor).locator("svg.chart rect.full").count() > 0, 20)
        for summary in visitor.page.locator(".charts summary").all():
            summary.press("Enter")
        visitor.look("dashboard")
        with visitor.page.expect_download() as download:
            visitor.page.get_by_role("link", name="CSV", exact=True).click()
        assert download.value.suggested_filename == "petitions.csv"
        settings(visitor)
        logo(visitor)
        visitor.go("/staff/people")
        visitor.look("people")
        visitor.go("/kathu/open-data")
        visitor.look("open-data")


def logo(visitor: Visitor) -> None:
    """A picture is chosen, stands at the head of the authority's pages, and is removed again."""
    visitor.go("/staff/authority/logo")
    visitor.field("file").set_input_files({"name": "ตรา.png", "mimeType": "image/png", "buffer": SEAL})
    visitor.press("บันทึก")
    visitor.reads("บันทึกแล้ว มีผลทันที")
    eventually(lambda: reloaded(visitor).locator(".brand img.seal").count() == 1, 20)
    loaded = "images => images.every(each => each.complete && each.naturalWidth === 320)"
    assert visitor.page.locator(".brand img.seal, .logo-now img").evaluate_all(loaded)
    visitor.look("office-logo-kept")
    visitor.page.locator("details.more summary").press("Enter")
    visitor.press("ลบ")
    visitor.reads("ลบแล้ว")


def settings(visitor: Visitor) -> None:
    """A day off is added by the keyboard; each kind of page is looked at."""
    pages = ("", "/profile", "/logo", "/texts", "/calendar", "/lists/departments", "/lists/categories")
    for part in (*pages, "/lists/categories/new"):
        visitor.go(f"/staff/authority{part}")
        visitor.look(f"office{part.replace('/', '-')}")
    visitor.go("/staff/authority/lists/days-off/new")
    day = "2030-05-10" if visitor.language == "th" else "2031-05-12"
    visitor.field("day").fill(day)
    visitor.field("name").focus()
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press("Enter")
    expect(visitor.page.locator("#name-error")).to_be_visible()
    expect(visitor.field("day")).to_have_value(day)
    visitor.look("office-wrong")
    visitor.field("name").fill("วันเทศบาล")
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press("Enter")
    visitor.reads("บันทึกแล้ว มีผลทันที")
    visitor.go("/staff/authority/history")
    expect(visitor.page.locator(".past li").first).to_contain_text("วันเทศบาล")
    visitor.look("office-history")
