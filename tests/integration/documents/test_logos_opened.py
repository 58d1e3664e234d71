"""Logos over HTTP: brought by administrators of the authority, seen by everybody, kept for ever by browsers."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from services.documents.vault.vault import VaultUnavailable
from tests.samples import uploads as make
from tests.support.documents import PaperRoom
from tests.support.gateways import assert_problem, staff

LOGOS = "/api/documents/v1/authorities/kathu/logos"
ADMIN = staff("admin")
PICTURE = make.picture("PNG", (640, 640))


def brings(papers: PaperRoom, name: str = "ตรา.png", content: bytes = PICTURE, **who: Any) -> httpx.Response:
    headers = who.get("headers", ADMIN)
    answer: httpx.Response = papers.client.post(LOGOS, files={"file": (name, content)}, headers=headers)
    return answer


def test_a_logo_is_brought_once_and_seen_by_everybody(open_papers: PaperRoom) -> None:
    first, again = brings(open_papers), brings(open_papers, "อีกครั้ง.png")
    assert (first.status_code, again.json()) == (201, first.json())
    told = first.json()
    assert told["path"] == f"/api/documents/v1/logos/{told['sha256']}.png"
    assert len([*(open_papers.vault / "logos").glob(f"{told['sha256']}*")]) == 1
    shown = open_papers.client.get(told["path"])
    assert (shown.status_code, shown.headers["content-type"], len(shown.content)) == (200, "image/png", told["size"])
    assert shown.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert (shown.headers["x-content-type-options"], "sandbox" in shown.headers["content-security-policy"]) == (
        "nosniff",
        True,
    )
    kept = open_papers.client.get(told["path"], headers={"If-None-Match": shown.headers["etag"]})
    assert (kept.status_code, kept.content) == (304, b"")


@pytest.mark.parametrize(
    "headers", [staff("admin", "ban"), staff("admin", department="works"), staff("head")], ids=["other", "part", "head"]
)
def test_others_bring_none(open_papers: PaperRoom, headers: dict[str, str]) -> None:
    assert_problem(brings(open_papers, headers=headers), 403)


def test_why_a_file_is_not_taken(open_papers: PaperRoom) -> None:
    problem = assert_problem(brings(open_papers, "ตรา.svg", b"<svg/>"), 415)
    assert problem["type"] == "urn:khamrong:upload:not_a_picture"
    assert [each["field"] for each in problem["errors"]] == ["file"]


@pytest.mark.parametrize(("name", "status"), [(f"{'0' * 64}.png", 404), ("x.png", 422), (f"{'0' * 64}.svg", 422)])
def test_what_is_no_logo_is_not_shown_and_not_remembered(open_papers: PaperRoom, name: str, status: int) -> None:
    answer = open_papers.client.get(f"/api/documents/v1/logos/{name}")
    assert (answer.status_code, answer.headers.get("cache-control", "no-store")) == (status, "no-store")


def test_a_vault_that_is_down_takes_and_shows_nothing(papers: PaperRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    path = brings(papers).json()["path"]

    def down(*_: object) -> None:
        raise VaultUnavailable("down")

    for name in ("exists", "get"):
        monkeypatch.setattr(papers.documents.vault, name, down)
    assert_problem(brings(papers), 503)
    assert_problem(papers.client.get(path), 503)
