"""What protects a citizen's browser: headers, cookies, tokens of forms; on every kind of page."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Browser

from tests.support.browsing import visiting
from tests.support.embedded import Embedded

pytestmark = [pytest.mark.timeout(120), pytest.mark.xdist_group("browser")]
PAGES = [
    "/",
    "/kathu/",
    "/kathu/petitions/new",
    "/kathu/track",
    "/kathu/survey",
    "/t/0000000",
    "/nope/",
    "/static/x.css",
]
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|\son[a-z]+=|\sstyle=|<style|javascript:", re.IGNORECASE)


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_has_the_headers(installation: Embedded, path: str) -> None:
    headers = httpx.get(installation.url + path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"


@pytest.mark.parametrize("path", PAGES[:-1])
def test_no_page_holds_code_or_style_of_its_own(installation: Embedded, path: str) -> None:
    page = httpx.get(installation.url + path)
    assert INLINE.findall(page.text) == []
    assert page.headers["cache-control"] == "no-store"


def test_cookies_are_bound_to_the_host_and_hidden_from_scripts(browser: Browser, installation: Embedded) -> None:
    with visiting(browser, installation.url) as visitor:
        visitor.go("/kathu/petitions/new")
        visitor.press("เริ่มแจ้งเรื่อง")
        ours = [each for each in visitor.context.cookies() if each["name"] != "language"]
        assert {each["name"] for each in ours} >= {"__Host-khamrong", "__Host-draft-kathu"}
        for each in ours:
            assert each["name"].startswith("__Host-"), each["name"]
            assert (each["secure"], each["httpOnly"], each["sameSite"], each["path"]) == (True, True, "Lax", "/")
        assert visitor.page.evaluate("document.cookie") in ("", f"language={visitor.language}")
        assert visitor.page.evaluate("localStorage.length + sessionStorage.length") == 0


@pytest.mark.parametrize("path", ["/kathu/track", "/kathu/survey", "/kathu/petitions/new"])
def test_a_form_that_no_page_of_ours_sent_is_refused(installation: Embedded, path: str) -> None:
    fields = {"number": "KT1080767000011", "phone_last4": "5678", "rating": "5", "action": "start", "csrf": "0" * 64}
    answer = httpx.post(installation.url + path, data=fields)
    assert answer.status_code == 403
    assert "<h1>" in answer.text


def test_a_form_from_another_site_is_refused(browser: Browser, installation: Embedded) -> None:
    with visiting(browser, installation.url) as visitor:
        visitor.go("/kathu/track")
        token = visitor.field("csrf").input_value()
        foreign = {"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"}
        fields = {"csrf": token, "number": "KT1080767000011", "phone_last4": "5678"}
        own = visitor.context.request.post(f"{installation.url}/kathu/track", form=fields)
        assert own.status == 422, "the same form from the page itself is read"
        other = visitor.context.request.post(f"{installation.url}/kathu/track", form=fields, headers=foreign)
        assert other.status == 403


@pytest.mark.parametrize(
    ("path", "status"), [("/nope/", 404), ("/kathu/no-such-page", 404), ("/t/0000000", 404), ("/t/%20", 404)]
)
def test_an_error_is_a_page_with_a_way_on(installation: Embedded, path: str, status: int) -> None:
    answer = httpx.get(installation.url + path)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert "<h1>" in answer.text
    assert 'class="button' in answer.text
