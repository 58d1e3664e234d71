"""Somebody at the sandbox's Digital ID, whose pages are Thai in any case: by password, or by the phone that scans."""

from __future__ import annotations

from typing import Final, Literal

from playwright.sync_api import Browser, Page, expect

from sandbox.digital_id.samples import PASSWORD
from tests.support.browsing import PHONE, Visitor

Way = Literal["password", "qr"]
LABELS: Final = {"thaid": "ThaiD", "dga": "DGA Digital ID"}


def logs_in(visitor: Visitor, browser: Browser, user: str, provider: str = "thaid", way: Way = "password") -> None:
    """From the portal's login page to the provider and back."""
    page = visitor.page
    with page.expect_navigation():
        page.locator(f"a[href*='/login/{provider}?']").click()
    if way == "qr":
        by_phone(page, browser, user)
    elif page.get_by_label("รหัสผ่าน").count():
        by_password(page, user)
    if way == "password":
        with page.expect_navigation():
            page.get_by_role("button", name="ยินยอม", exact=True).click()


def by_password(page: Page, user: str) -> None:
    """Fill in the form."""
    page.locator("#login").fill(user)
    page.locator("#password").fill(PASSWORD)
    with page.expect_navigation():
        page.locator("form button").last.click()


def by_phone(page: Page, browser: Browser, user: str) -> None:
    """A phone scans what the page shows, and agrees; the page goes on by itself."""
    with page.expect_navigation():
        page.get_by_role("link", name="ThaiD").first.click()
    address = page.get_by_role("link", name="เปิดแอป ThaiD บนเครื่องนี้").get_attribute("href")
    assert address
    phone = browser.new_context(viewport={"width": PHONE["width"], "height": PHONE["height"]})
    app = phone.new_page()
    app.goto(address)
    by_password(app, user)
    app.get_by_role("button", name="ยินยอม", exact=True).click()
    expect(app.locator("h1")).to_be_visible()
    page.wait_for_url("**/me/consent", timeout=60_000)
    phone.close()
