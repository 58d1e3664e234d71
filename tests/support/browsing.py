"""A citizen with a browser: reads pages in their language, and notices what is wrong with each."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Playwright, expect

from services.portal.texts.catalogue import Language, translations
from tests.support.waiting import eventually

CHROMIUM: Final = "/usr/bin/chromium-headless-shell"
PHONE: Final = {"width": 360, "height": 740}
DESK: Final = {"width": 1280, "height": 800}
RULES: Final = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
PICTURES: Final = os.environ.get("PICTURES")
"""A folder: every page that is looked at leaves a picture there."""


def launched(playwright: Playwright) -> Browser:
    """Debian's headless Chromium, which asks nothing of anybody but the pages' own server."""
    quiet = ("--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync")
    return playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", *quiet])


class Visitor:
    """One browser window. `look` at every new page: what is wrong with it fails the test."""

    def __init__(self, context: BrowserContext, url: str, language: Language, *, scripts: bool) -> None:
        self.context, self.url, self.language, self.scripts = context, url, language, scripts
        self.page: Page = context.new_page()
        self.page.set_default_timeout(60_000)
        self.complaints: list[str] = []
        self._seen = 0
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"{self.page.url}: {error}"))
        self.page.on("request", self._request)

    def say(self, thai: str) -> str:
        """A text of the portal as this visitor reads it."""
        return translations(self.language).gettext(thai)

    def go(self, path: str) -> None:
        """Type an address."""
        self.page.goto(self.url + path)

    def follow(self, thai: str) -> None:
        """Click the first link that is called so, and read the page that it leads to."""
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=self.say(thai)).first.click()

    def press(self, thai: str) -> None:
        """Click the button that is called so, and read the page that comes."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=self.say(thai), exact=True).last.click()

    def field(self, name: str) -> Locator:
        """A field by the name that it is sent with."""
        return self.page.locator(f"[name='{name}']").last

    def reads(self, thai: str) -> None:
        """The page says so, in the visitor's language."""
        expect(self.page.get_by_text(self.say(thai)).first).to_be_visible()

    def look(self, name: str) -> None:
        """Nothing sticks out, WCAG 2.2 AA is kept, the language is told, the browser has no complaint."""
        width = self.page.viewport_size["width"] if self.page.viewport_size else 0
        if self.scripts:
            wide = self.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{name}: {wide} pixels on a screen of {width}"
            found = violations(self.page)
            assert not found, f"{name}: {found}"
        expect(self.page.locator("html")).to_have_attribute("lang", self.language)
        expect(self.page.locator("h1")).to_have_count(1)
        assert self.complaints == [], name
        self._picture(name, width)

    def _picture(self, name: str, width: int) -> None:
        if PICTURES:
            self._seen += 1
            kind = f"{width}-{self.language}-{'js' if self.scripts else 'plain'}"
            self.page.screenshot(path=Path(PICTURES) / f"{kind}-{self._seen:02}-{name}.png", full_page=True)

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.complaints.append(f"{self.page.url}: {message.text}")

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self.url, "data:", "blob:", "about:")):
            self.complaints.append(f"a request to somebody else: {request.url}")


@contextmanager
def visiting(
    browser: Browser,
    url: str,
    language: Language = "th",
    *,
    size: dict[str, int] = PHONE,
    scripts: bool = True,
    dark: bool = False,
) -> Iterator[Visitor]:
    """A visitor with an empty browser; some like it dark."""
    context = browser.new_context(
        viewport=size,  # type: ignore[arg-type]  width and height
        java_script_enabled=scripts,
        reduced_motion="reduce",
        color_scheme="dark" if dark else "light",
    )
    context.add_cookies([{"name": "language", "value": language, "url": url}])
    yield Visitor(context, url, language, scripts=scripts)
    context.close()


def violations(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA: rule and place."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{each['id']}: {[node['target'] for node in each['nodes']]}" for each in found]


def text_to(url: str, phone: str, wanted: str, more_than: int = 0) -> str:
    """The newest text on the sandbox phone that holds the words; waited for until there are more than so many."""

    def texts() -> list[str]:
        told = httpx.get(f"{url}/sandbox/sms/messages", params={"to": phone}).json()
        return [each["text"] for each in told if wanted in each["text"]]

    eventually(lambda: len(texts()) > more_than, 30)
    return texts()[-1]


def code_in(text: str) -> str:
    """The six digits of a code."""
    found = re.search(r"\b[0-9]{6}\b", text)
    assert found, "a text with a code"
    return found.group()
