"""A person logs in at the sandbox's Digital ID and back, over the one port of `khamrong up`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.native.folder import free_port
from khamrong.environment import read
from khamrong.trial import SAMPLE
from sandbox.digital_id.samples import PASSWORD
from tests.samples import uploads as make
from tests.support.commands import khamrong
from tests.support.embedded import Embedded, up
from tests.support.searching import OUTSIDE, contents_of, readable
from tests.support.waiting import eventually

BASE = "/api/identity/v1"
CITIZEN_ID = "1999900000013"
FORGOTTEN = ("3999900000036", "จำลอง", "ตัวอย่างสาม", "891234567", "89-123-4567", "89 123 4567")
"""Citizen number, names and phone of the sample `sample3`, however the phone is written."""

pytestmark = [pytest.mark.timeout(240), pytest.mark.xdist_group("embedded-login")]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """An installation with everything usual."""
    with up(tmp_path_factory.mktemp("embedded") / "data", free_port()) as started:
        yield started


@pytest.fixture
def visited() -> list[str]:
    """Where the browser has been."""
    return []


@pytest.fixture
def browser(running: Embedded, visited: list[str]) -> Iterator[httpx.Client]:
    """A browser."""
    hooks = {"request": [lambda request: visited.append(str(request.url))]}
    with httpx.Client(base_url=running.url, timeout=20, event_hooks=hooks) as opened:
        yield opened


def through(browser: httpx.Client, provider: str, login: str = "sample1") -> None:
    """The person logs in at the provider and agrees; the browser ends at the callback's answer."""
    page = browser.get(f"{BASE}/login/{provider}?return_to=/me/", follow_redirects=True)
    for fields in ({"login": login, "password": PASSWORD}, {"decision": "allow"}):
        action = re.findall(r'<form method="post" action="([^"]*)"', page.text)[0]
        token = re.findall(r'name="form_token" value="([^"]*)"', page.text)[0]
        page = browser.post(action, data={"form_token": token, **fields})
        while page.is_redirect and "/me/" not in page.headers["location"].partition("?")[0]:
            page = browser.get(page.headers["location"])
    assert page.headers["location"].endswith("/me/")


def portal(folder: Path, client: httpx.Client, path: str, body: dict[str, Any]) -> httpx.Response:
    """What the portal asks behind the browser's back."""
    secret = json.loads(read(folder)["KHAMRONG_IDENTITY_CLIENTS"])["portal"]["secret"]
    form = {"client_id": "portal", "client_secret": secret}
    token = client.post(f"{BASE}/tokens", data=form).raise_for_status().json()["access_token"]
    return client.post(f"{BASE}{path}", json=body, headers={"Authorization": f"Bearer {token}"})


@pytest.mark.parametrize("provider", ["thaid", "dga"])
def test_a_person_logs_in_and_no_address_or_log_line_tells_of_it(
    running: Embedded, browser: httpx.Client, visited: list[str], provider: str
) -> None:
    through(browser, provider)
    handover = browser.cookies["khamrong-handover"]
    with httpx.Client(base_url=running.url, timeout=20) as behind:
        session = portal(running.folder, behind, "/sessions", {"handover": handover}).raise_for_status().json()
        bearer = {"Authorization": f"Bearer {session['access_token']}"}
        me = behind.get(f"{BASE}/me", headers=bearer).raise_for_status().json()
    assert (me["given_name"], me["assurance_level"]) == ("สมมติ", "2.3")
    assert provider in me["providers"]
    seen = "\n".join(visited) + running.printed()
    for secret in (CITIZEN_ID, "ตัวอย่างหนึ่ง", handover, session["session"], session["access_token"]):
        assert secret not in seen


@pytest.fixture
def member(running: Embedded, browser: httpx.Client) -> Iterator[httpx.Client]:
    """The portal's requests for somebody who has just made an account."""
    through(browser, "thaid", "sample3")
    with httpx.Client(base_url=running.url, timeout=20) as behind:
        handover = {"handover": browser.cookies["khamrong-handover"]}
        session = portal(running.folder, behind, "/sessions", handover).raise_for_status().json()
        behind.headers["Authorization"] = f"Bearer {session['access_token']}"
        account = {"title": "นาง", "phone": "0891234567", "consent_version": "1"}
        assert behind.post(f"{BASE}/me/register", json=account).status_code == 201
        with httpx.Client(base_url=running.url, timeout=20) as portals:
            session = portal(running.folder, portals, "/sessions/tokens", {"session": session["session"]}).json()
        behind.headers["Authorization"] = f"Bearer {session['access_token']}"
        yield behind


def file_with_picture(member: httpx.Client) -> tuple[str, str]:
    """The number of a petition with nothing personal typed, and the upload that it names."""
    file = {"file": ("บ้านนางจำลอง.jpg", make.picture("JPEG"))}
    upload = str(member.post("/api/documents/v1/uploads", files=file).raise_for_status().json()["upload_id"])
    body = {name: value for name, value in SAMPLE.items() if name != "petitioner"} | {"uploads": [upload]}
    filed = member.post("/api/intake/v1/petitions", json=body, headers={"Idempotency-Key": "a member's"})
    assert filed.status_code == 201, filed.text
    return str(filed.json()["number"]), upload


def in_vault(running: Embedded) -> list[str]:
    return sorted(name for name, _ in contents_of(running.folder / "vault"))


def texted(running: Embedded) -> bool:
    """Whether the phone has the text about the filing."""
    return any(b"891234567" in content for _, content in contents_of(running.folder / OUTSIDE[0]))


def test_a_member_files_with_nothing_typed_looks_back_exports_and_is_forgotten(
    running: Embedded, member: httpx.Client
) -> None:
    number, upload = file_with_picture(member)
    eventually(lambda: [each["number"] for each in member.get("/api/tracking/v1/me/petitions").json()] == [number])
    eventually(lambda: member.get(f"/api/documents/v1/attachments/{upload}?size=preview").status_code == 200)
    eventually(lambda: len(in_vault(running)) == 3)
    eventually(lambda: texted(running))
    assert FORGOTTEN[0] in member.get(f"{BASE}/me/export").text
    assert member.delete(f"{BASE}/me").json()["erased"] is True
    assert member.get(f"{BASE}/me").status_code == 401
    eventually(lambda: in_vault(running) == [])
    assert khamrong(running.folder, "log", "verify").returncode == 0
    assert readable(running, FORGOTTEN) == []
    assert "KHAMRONG_TRACKING_DATABASE_URL" in " ".join(readable(running, [number])), "the petition stays"
