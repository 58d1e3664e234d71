"""Addresses of pages: below a path prefix, on an authority's own domain, and of files that browsers keep."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import Request

from services.intake.authority import authority_from_yaml
from services.portal import links
from tests.support.sources import ROOT

KATHU = authority_from_yaml((ROOT / "deploy/authorities/kathu.yaml").read_text(encoding="utf-8"))


def request(root: str = "", own_domain: str | None = None, query: str = "") -> Request:
    state = {links.OWN_DOMAIN: own_domain} if own_domain else {}
    asked = {"query_string": query.encode(), "headers": [], "path": "/"}
    return Request({"type": "http", "root_path": root, "state": state, **asked})


def test_a_page_is_below_the_prefix_that_the_proxy_names() -> None:
    assert links.link(request("/oss"), "/t/6D0M5BX") == "/oss/t/6D0M5BX"
    assert links.at(request("/oss"), KATHU, "track") == "/oss/kathu/track"


def test_on_its_own_domain_an_authority_needs_no_code() -> None:
    assert links.at(request(own_domain="kathu"), KATHU, "track") == "/track"
    assert links.at(request(own_domain="ban"), KATHU, "track") == "/kathu/track"


def test_what_is_asked_is_quoted() -> None:
    assert links.at(request(), KATHU, "track", number="KT 1&2") == "/kathu/track?number=KT+1%262"


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("", "lang=en"),
        ("status=filed&status=closed&q=%E0%B8%96", "status=filed&status=closed&q=%E0%B8%96&lang=en"),
        ("lang=th&done=changed&sort=-due_at&told=1", "sort=-due_at&lang=en"),
        (f"q={'a' * 3000}", "lang=en"),
    ],
)
def test_in_another_language_a_page_asks_for_the_same(query: str, kept: str) -> None:
    assert links.in_language(request(query=query), "en") == f"?{kept}"


def test_the_address_of_a_file_changes_with_its_content() -> None:
    assert links.static(request(), "site.css").startswith("/static/site.css?v=")
    assert links.static(request(), "site.css") != links.static(request(), "forms.css")


def test_every_file_that_templates_name_is_there() -> None:
    named = {
        word.partition('"')[0]
        for page in (ROOT / "services/portal/templates").rglob("*.html")
        for word in page.read_text(encoding="utf-8").split('static("')[1:]
    }
    assert named
    assert [name for name in named if not Path(links.STATIC / name).is_file()] == []
