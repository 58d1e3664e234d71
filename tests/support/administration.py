"""Somebody at the administration's pages, with a browser that sends forms as they stand."""

from __future__ import annotations

from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

import httpx

from tests.support.account_portal import Browser
from tests.support.intake import IntakeOffice
from tests.support.town_hall import Desk


@dataclass(frozen=True)
class Hall:
    """Somebody's browser at the administration, and the intake behind it; `officer` works at the works department."""

    browser: Browser
    intake: IntakeOffice
    desk: Desk
    officer: str

    @property
    def authority(self) -> dict[str, Any]:
        """As everybody is told it."""
        told: dict[str, Any] = self.intake.client.get("/api/intake/v1/authorities/kathu").json()
        return told

    def posts(self, path: str, **typed: Any) -> httpx.Response:
        """The form as it stands, with these fields changed."""
        page = self.browser.get(path)
        assert page.status_code == 200, page.text
        return self.browser.post(path, {**as_it_stands(page.text), "action": "save", **typed})


def as_it_stands(text: str) -> dict[str, Any]:
    """Every field of the form, as a browser would send it."""
    found: dict[str, Any] = {}

    class Reader(HTMLParser):
        area, select = "", ""

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            told = dict(attrs)
            name = told.get("name") or ""
            if tag == "textarea":
                self.area, found[name] = name, ""
            elif tag == "select":
                self.select = name
                found[name] = ""
            elif tag == "option" and "selected" in told:
                found[self.select] = told["value"] or ""
            elif tag == "input" and told.get("type") == "checkbox":
                if "checked" in told:
                    found.setdefault(name, []).append(told["value"])
            elif tag == "input" and name and told.get("type") != "hidden":
                found[name] = told.get("value") or ""

        def handle_endtag(self, tag: str) -> None:
            if tag == "textarea":
                found[self.area] = found[self.area].removeprefix("\n")
                self.area = ""

        def handle_data(self, data: str) -> None:
            if self.area:
                found[self.area] += data

    Reader().feed(text.partition('<form class="card"')[2].partition("</form>")[0])
    return found
