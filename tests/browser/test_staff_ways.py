"""The back office by the keyboard alone, without single keys, and without a script."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.support.browsing import Visitor
from tests.support.embedded import Embedded
from tests.support.staff_walk import TABLET, Hand, does, filed_by_api, opens, reloaded, row_of, stands, working
from tests.support.waiting import eventually

pytestmark = [pytest.mark.timeout(600), pytest.mark.xdist_group("browser")]


def test_the_keyboard_alone_accepts_a_petition_and_its_single_keys_go(
    browser: Browser, installation: Embedded, head: Hand
) -> None:
    number = filed_by_api(installation)
    with working(browser, installation.url, head, dark=True) as visitor:
        keys = visitor.page.keyboard
        visitor.go("/staff/queue?sort=-filed_at")
        expect(row_of(visitor, number)).to_be_visible(timeout=10_000)
        keys.press("?")
        expect(visitor.page.locator("#keys")).to_be_visible()
        visitor.look("queue-keys")
        keys.press("Escape")
        for key in ("j", "j", "k"):
            keys.press(key)
        with visitor.page.expect_navigation():
            keys.press("Enter")
        expect(visitor.page.locator("h1")).to_have_text(number)
        pressed_tab_to(visitor, ".act a[href*='/do/accept#']")
        keys.press("Enter")
        expect(visitor.field("public_note")).to_be_focused()
        visitor.look("case-dark")
        keys.type("รับแล้ว")
        pressed_tab_to(visitor, ".act form .actions button")
        with visitor.page.expect_navigation():
            keys.press("Enter")
        stands(visitor, "รับเรื่องแล้ว")
        switched_off(visitor)


def switched_off(visitor: Visitor) -> None:
    """Single keys do nothing any more, also on the next page."""
    visitor.go("/staff/queue")
    visitor.page.locator("#keys-open").click()
    visitor.page.locator("#keys-on").uncheck()
    visitor.page.keyboard.press("Escape")
    for page in (visitor.page, reloaded(visitor)):
        page.keyboard.press("j")
        expect(page.locator("#rows tr").first).to_be_visible()
        expect(page.locator("#rows a:focus")).to_have_count(0)


def pressed_tab_to(visitor: Visitor, selector: str, most: int = 60) -> None:
    """Tab, until this has the focus."""
    for _ in range(most):
        visitor.page.keyboard.press("Tab")
        if visitor.page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} is not reached")


def test_without_a_script_two_are_accepted_at_once_and_one_is_begun(
    browser: Browser, installation: Embedded, head: Hand
) -> None:
    numbers = [filed_by_api(installation) for _ in range(2)]
    with working(browser, installation.url, head, scripts=False, size=TABLET, language="en") as visitor:
        visitor.go("/staff/queue?status=filed&sort=-filed_at")
        eventually(lambda: all(reloaded(visitor).locator(f"#row-{each}").count() for each in numbers), 20)
        for number in numbers:
            row_of(visitor, number).locator("[name=chosen]").check()
        visitor.press("รับเรื่องที่เลือก")
        expect(visitor.page.locator(".pill.ok")).to_have_count(2)
        visitor.look("bulk")
        opens(visitor, numbers[0])
        eventually(lambda: reloaded(visitor).locator("a[href*='/do/start#']").count() > 0, 20)
        does(visitor, "start")
        stands(visitor, "กำลังดำเนินการ")
        visitor.look("case-plain")
