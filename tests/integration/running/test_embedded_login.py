"""A person logs in at the sandbox's Digital ID and back, over the one port of `khamrong up`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from deploy.native.folder import free_port
from khamrong.environment import read
from khamrong.installation import DATABASE_SETTINGS
from khamrong.trial import SAMPLE
from sandbox.digital_id.samples import PASSWORD
from shared.kernel.database import connect
from tests.support.commands import khamrong
from tests.support.embedded import Embedded, up
from tests.support.waiting import eventually

BASE = "/api/identity/v1"
CITIZEN_ID = "1999900000013"

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


def through(browser: httpx.Client, provider: str) -> None:
    """The person logs in at the provider and agrees; the browser ends at the callback's answer."""
    page = browser.get(f"{BASE}/login/{provider}?return_to=/me/", follow_redirects=True)
    for fields in ({"login": "sample1", "password": PASSWORD}, {"decision": "allow"}):
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


def test_a_member_files_with_nothing_typed_looks_back_exports_and_is_forgotten(
    running: Embedded, browser: httpx.Client
) -> None:
    through(browser, "thaid")
    with httpx.Client(base_url=running.url, timeout=20) as behind:
        found = portal(running.folder, behind, "/sessions", {"handover": browser.cookies["khamrong-handover"]}).json()
        behind.headers["Authorization"] = f"Bearer {found['access_token']}"
        account = {"title": "นาย", "phone": "0812345678", "consent_version": "1"}
        assert behind.post(f"{BASE}/me/register", json=account).status_code == 201
        with httpx.Client(base_url=running.url, timeout=20) as portals:
            found = portal(running.folder, portals, "/sessions/tokens", {"session": found["session"]}).json()
        behind.headers["Authorization"] = f"Bearer {found['access_token']}"
        filed = behind.post(
            "/api/intake/v1/petitions",
            json={name: value for name, value in SAMPLE.items() if name != "petitioner"},
            headers={"Idempotency-Key": "a member's"},
        )
        assert filed.status_code == 201, filed.text
        number = filed.json()["number"]
        eventually(lambda: [each["number"] for each in behind.get("/api/tracking/v1/me/petitions").json()] == [number])
        assert CITIZEN_ID in behind.get(f"{BASE}/me/export").text
        assert behind.delete(f"{BASE}/me").json()["erased"] is True
        assert behind.get(f"{BASE}/me").status_code == 401
    assert khamrong(running.folder, "log", "verify").returncode == 0
    assert readable(running, (CITIZEN_ID, "ตัวอย่างหนึ่ง")) == []


def readable(running: Embedded, texts: tuple[str, ...]) -> list[str]:
    """Tables and logs in which one of the texts can be read."""
    settings = read(running.folder)
    found = [text for text in texts if text in running.printed()]
    for name in DATABASE_SETTINGS:
        engine = connect(settings[name], size=1, role=None)
        with engine.connect() as connection:
            tables = connection.execute(sa.text(_TABLES)).scalars().all()
            for table in tables:
                rows = connection.execute(sa.text(f"SELECT t::text FROM {table} AS t")).scalars()
                found += [f"{name} {table}" for row in rows if any(text in row for text in texts)]
        engine.dispose()
    return found


_TABLES = (
    "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
    " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
)
