"""A person logs in at the sandbox's Digital ID and back, over the one port of `khamrong up`."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from deploy.native.folder import free_port
from tests.support.commands import khamrong
from tests.support.embedded import Embedded, up
from tests.support.member_walk import (
    BASE,
    FORGOTTEN,
    Installation,
    claim,
    file_as_anybody,
    file_with_picture,
    listed,
    member,
    through,
)
from tests.support.searching import OUTSIDE, contents_of, readable
from tests.support.waiting import eventually

CITIZEN_ID = "1999900000013"

pytestmark = [pytest.mark.timeout(240), pytest.mark.xdist_group("embedded-login")]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """An installation with everything usual."""
    with up(tmp_path_factory.mktemp("embedded") / "data", free_port()) as started:
        yield started


@pytest.fixture
def at(running: Embedded) -> Installation:
    """The same, as those who use it know it."""
    return Installation(running.url, running.folder)


@pytest.mark.parametrize("provider", ["thaid", "dga"])
def test_a_person_logs_in_and_no_address_or_log_line_tells_of_it(
    running: Embedded, at: Installation, provider: str
) -> None:
    visited: list[str] = []
    hooks = {"request": [lambda request: visited.append(str(request.url))]}
    with at.client(event_hooks=hooks) as browser, at.client() as behind:
        through(browser, provider)
        handover = browser.cookies["khamrong-handover"]
        session = at.portal(behind, "/sessions", {"handover": handover}).raise_for_status().json()
        bearer = {"Authorization": f"Bearer {session['access_token']}"}
        me = behind.get(f"{BASE}/me", headers=bearer).raise_for_status().json()
    assert (me["given_name"], me["assurance_level"]) == ("สมมติ", "2.3")
    assert provider in me["providers"]
    seen = "\n".join(visited) + running.printed()
    for secret in (CITIZEN_ID, "ตัวอย่างหนึ่ง", handover, session["session"], session["access_token"]):
        assert secret not in seen


@pytest.mark.parametrize("provider", ["thaid", "dga"])
def test_who_logs_out_at_the_provider_is_logged_out_here_everywhere(at: Installation, provider: str) -> None:
    with at.client() as browser, at.client() as phone, at.client() as behind:
        secrets = []
        for device in (browser, phone):
            through(device, provider, "sample2")
            handover = {"handover": device.cookies["khamrong-handover"]}
            secrets.append(at.portal(behind, "/sessions", handover).raise_for_status().json()["session"])
        assert [renewed(at, behind, secret) for secret in secrets] == [200, 200]
        there = behind.get(f"/sandbox/digital-id/{provider}/.well-known/openid-configuration").json()
        page = browser.get(there["end_session_endpoint"])
        action = re.findall(r'<form method="post" action="([^"]*)"', page.text)[0]
        browser.post(action, data=dict(re.findall(r'name="([^"]+)" value="([^"]*)"', page.text))).raise_for_status()
        eventually(lambda: [renewed(at, behind, secret) for secret in secrets] == [401, 401])


def renewed(at: Installation, behind: httpx.Client, session: str) -> int:
    """What the portal is answered that asks for a token."""
    return at.portal(behind, "/sessions/tokens", {"session": session}).status_code


def in_vault(running: Embedded) -> list[str]:
    return sorted(name for name, _ in contents_of(running.folder / "vault"))


def texted(running: Embedded) -> bool:
    """Whether the phone has the text about the filing."""
    return any(b"891234567" in content for _, content in contents_of(running.folder / OUTSIDE[0]))


def test_a_member_files_claims_what_was_filed_before_looks_back_exports_and_is_forgotten(
    running: Embedded, at: Installation
) -> None:
    with member(at) as me:
        earlier = file_as_anybody(at)
        number, upload = file_with_picture(me)
        eventually(lambda: listed(me) == [number])
        assert claim(at, me) == [earlier]
        eventually(lambda: listed(me) == [number, earlier])
        eventually(lambda: opens(me, f"/api/documents/v1/petitions/{earlier}/form.pdf"))
        assert me.post(f"/api/intake/v1/petitions/{earlier}/withdraw").json()["status"] == "withdrawn"
        eventually(lambda: opens(me, f"/api/documents/v1/attachments/{upload}?size=preview"))
        eventually(lambda: len(in_vault(running)) == 5)
        eventually(lambda: texted(running))
        assert FORGOTTEN[0] in me.get(f"{BASE}/me/export").text
        assert me.delete(f"{BASE}/me").json()["erased"] is True
        assert me.get(f"{BASE}/me").status_code == 401
    eventually(lambda: in_vault(running) == [])
    eventually(lambda: at.keys_of([number, earlier]) == 0)
    assert khamrong(running.folder, "log", "verify").returncode == 0
    assert readable(at.folder, FORGOTTEN, [("output", running.output.read_bytes())]) == []
    assert "KHAMRONG_TRACKING_DATABASE_URL" in " ".join(readable(at.folder, [number])), "the petition stays"


def opens(me: httpx.Client, address: str) -> bool:
    """Whether the file is there, and the member's."""
    return me.get(address).status_code == httpx.codes.OK
