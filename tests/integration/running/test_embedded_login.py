"""A person logs in at the sandbox's Digital ID and back, over the one port of `khamrong up`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from deploy.native.folder import free_port
from khamrong.environment import read
from khamrong.trial import SAMPLE
from sandbox.digital_id.samples import PASSWORD
from tests.samples import uploads as make
from tests.support.commands import khamrong
from tests.support.embedded import Embedded, up
from tests.support.gateways import rows
from tests.support.searching import OUTSIDE, contents_of, readable
from tests.support.waiting import eventually

BASE = "/api/identity/v1"
CITIZEN_ID = "1999900000013"
FORGOTTEN = ("3999900000036", "จำลอง", "ตัวอย่างสาม", "891234567", "89-123-4567", "89 123 4567")
"""Citizen number, names and phone of the sample `sample3`, however the phone is written."""

_SUBJECTS = "SELECT data->>'subject_id' FROM eventlog.facts WHERE type = 'petition.filed'"
_KEYS = "SELECT count(*) FROM subject_keys WHERE subject = ANY(CAST(:subjects AS uuid[])) AND wrapped IS NOT NULL"

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


def file_with_picture(citizen: httpx.Client, petitioner: dict[str, Any] | None = None) -> tuple[str, str]:
    """The number of a petition, by a member with nothing personal typed, and the upload that it names."""
    file = {"file": ("บ้านนางจำลอง.jpg", make.picture("JPEG"))}
    upload = str(citizen.post("/api/documents/v1/uploads", files=file).raise_for_status().json()["upload_id"])
    body = {**SAMPLE, "petitioner": petitioner, "uploads": [upload]}
    filed = citizen.post("/api/intake/v1/petitions", json=body, headers={"Idempotency-Key": str(uuid4())})
    assert filed.status_code == 201, filed.text
    return str(filed.json()["number"]), upload


def code_on_the_phone(running: Embedded) -> str:
    """The code of the last text with one; empty while there is none."""
    told = httpx.get(f"{running.url}/sandbox/sms/messages", params={"to": "0891234567"}).json()
    codes = [found[1] for each in told if (found := re.search(r"OTP\D*(\d{6})", each["text"]))]
    return codes[-1] if codes else ""


def claim(running: Embedded, member: httpx.Client) -> list[str]:
    """The numbers of what the member filed before, without logging in."""
    told = {"phone": "089 123 4567"}
    asked = member.post("/api/intake/v1/me/claims", json=told)
    assert asked.status_code == 202, asked.text
    code = eventually(lambda: code_on_the_phone(running))
    claimed = member.post(f"/api/intake/v1/me/claims/{asked.json()['id']}", json={**told, "otp": code})
    assert claimed.status_code == 200, claimed.text
    numbers: list[str] = claimed.json()["numbers"]
    return numbers


def listed(member: httpx.Client) -> list[str]:
    """The numbers of the member's petitions, the newest first."""
    return [each["number"] for each in member.get("/api/tracking/v1/me/petitions").json()]


def in_vault(running: Embedded) -> list[str]:
    return sorted(name for name, _ in contents_of(running.folder / "vault"))


def keys_of_petitions(running: Embedded) -> int:
    """How many of the petitions' petitioners can still be read."""
    settings = read(running.folder)
    subjects = [each for (each,) in rows(settings["KHAMRONG_INTAKE_DATABASE_URL"], _SUBJECTS)]
    return int(rows(settings["KHAMRONG_KEYRING_DATABASE_URL"], _KEYS, subjects=subjects)[0][0])


def texted(running: Embedded) -> bool:
    """Whether the phone has the text about the filing."""
    return any(b"891234567" in content for _, content in contents_of(running.folder / OUTSIDE[0]))


def test_a_member_files_claims_what_was_filed_before_looks_back_exports_and_is_forgotten(
    running: Embedded, member: httpx.Client
) -> None:
    with httpx.Client(base_url=running.url, timeout=20) as anybody:
        known = {**SAMPLE["petitioner"], "given_name": "จำลอง", "family_name": "ตัวอย่างสาม"}
        earlier, _ = file_with_picture(anybody, {**known, "citizen_id": FORGOTTEN[0], "phone": "0891234567"})
    number, upload = file_with_picture(member)
    eventually(lambda: listed(member) == [number])
    assert claim(running, member) == [earlier]
    eventually(lambda: listed(member) == [number, earlier])
    form = f"/api/documents/v1/petitions/{earlier}/form.pdf"
    eventually(lambda: member.get(form).headers["content-type"] == "application/pdf")
    assert member.post(f"/api/intake/v1/petitions/{earlier}/withdraw").json()["status"] == "withdrawn"
    eventually(lambda: member.get(f"/api/documents/v1/attachments/{upload}?size=preview").status_code == 200)
    eventually(lambda: len(in_vault(running)) == 5)
    eventually(lambda: texted(running))
    assert FORGOTTEN[0] in member.get(f"{BASE}/me/export").text
    assert member.delete(f"{BASE}/me").json()["erased"] is True
    assert member.get(f"{BASE}/me").status_code == 401
    eventually(lambda: in_vault(running) == [])
    eventually(lambda: keys_of_petitions(running) == 0)
    assert khamrong(running.folder, "log", "verify").returncode == 0
    assert readable(running, FORGOTTEN) == []
    assert "KHAMRONG_TRACKING_DATABASE_URL" in " ".join(readable(running, [number])), "the petition stays"
