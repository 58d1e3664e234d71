"""A person at an installation's one origin, without a browser: logs in, joins, files, claims, and is forgotten."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import httpx

from khamrong.environment import read
from khamrong.trial import SAMPLE
from sandbox.digital_id.samples import PASSWORD
from tests.samples import uploads as make
from tests.support.gateways import rows
from tests.support.waiting import eventually

BASE: Final = "/api/identity/v1"
FORGOTTEN: Final = ("3999900000036", "จำลอง", "ตัวอย่างสาม", "891234567", "89-123-4567", "89 123 4567")
"""Citizen number, names and phone of the sample `sample3`, however the phone is written."""
PHONE: Final = "0891234567"
_SUBJECTS: Final = (
    "SELECT data->>'subject_id' FROM eventlog.facts WHERE type = 'petition.filed' AND data->>'number' = ANY(:numbers)"
)
_KEYS: Final = (
    "SELECT count(*) FROM subject_keys WHERE subject = ANY(CAST(:subjects AS uuid[])) AND wrapped IS NOT NULL"
)


@dataclass(frozen=True)
class Installation:
    """Where it is reached, and the folder with its settings."""

    url: str
    folder: Path

    def client(self, **more: Any) -> httpx.Client:
        """Somebody's."""
        return httpx.Client(base_url=self.url, timeout=20, **more)

    def portal(self, client: httpx.Client, path: str, body: dict[str, Any]) -> httpx.Response:
        """What the portal asks behind the browser's back."""
        secret = json.loads(read(self.folder)["KHAMRONG_IDENTITY_CLIENTS"])["portal"]["secret"]
        form = {"client_id": "portal", "client_secret": secret}
        token = client.post(f"{BASE}/tokens", data=form).raise_for_status().json()["access_token"]
        return client.post(f"{BASE}{path}", json=body, headers={"Authorization": f"Bearer {token}"})

    def keys_of(self, numbers: list[str]) -> int:
        """How many of these petitions' petitioners can still be read."""
        settings = read(self.folder)
        found = rows(settings["KHAMRONG_INTAKE_DATABASE_URL"], _SUBJECTS, numbers=numbers)
        subjects = [subject for (subject,) in found]
        return int(rows(settings["KHAMRONG_KEYRING_DATABASE_URL"], _KEYS, subjects=subjects)[0][0])

    def code_on_the_phone(self) -> str:
        """The code of the last text with one; empty while there is none."""
        told = httpx.get(f"{self.url}/sandbox/sms/messages", params={"to": PHONE}).json()
        codes = [found[1] for each in told if (found := re.search(r"OTP\D*(\d{6})", each["text"]))]
        return codes[-1] if codes else ""


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


@contextmanager
def member(at: Installation) -> Iterator[httpx.Client]:
    """The portal's requests for somebody (`sample3`) who has just made an account."""
    with at.client() as browser, at.client() as behind, at.client() as portals:
        through(browser, "thaid", "sample3")
        handover = {"handover": browser.cookies["khamrong-handover"]}
        session = at.portal(portals, "/sessions", handover).raise_for_status().json()
        behind.headers["Authorization"] = f"Bearer {session['access_token']}"
        account = {"title": "นาง", "phone": PHONE, "consent_version": "1"}
        assert behind.post(f"{BASE}/me/register", json=account).status_code == 201
        session = at.portal(portals, "/sessions/tokens", {"session": session["session"]}).json()
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


def file_as_anybody(at: Installation) -> str:
    """The number of a petition by the same person, who has not logged in."""
    known = {**SAMPLE["petitioner"], "given_name": FORGOTTEN[1], "family_name": FORGOTTEN[2], "phone": PHONE}
    with at.client() as anybody:
        return file_with_picture(anybody, {**known, "citizen_id": FORGOTTEN[0]})[0]


def claim(at: Installation, member: httpx.Client) -> list[str]:
    """The numbers of what the member filed before, without logging in."""
    told = {"phone": "089 123 4567"}
    asked = member.post("/api/intake/v1/me/claims", json=told)
    assert asked.status_code == 202, asked.text
    code = eventually(at.code_on_the_phone, 30)
    claimed = member.post(f"/api/intake/v1/me/claims/{asked.json()['id']}", json={**told, "otp": code})
    assert claimed.status_code == 200, claimed.text
    numbers: list[str] = claimed.json()["numbers"]
    return numbers


def listed(member: httpx.Client) -> list[str]:
    """The numbers of the member's petitions, the newest first."""
    return [each["number"] for each in member.get("/api/tracking/v1/me/petitions").json()]
