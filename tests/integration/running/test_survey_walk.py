"""From the resolution to a second one, through a whole installation: invited, rated, asked to reopen, decided."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from deploy.native.folder import free_port
from khamrong.environment import read
from khamrong.trial import SAMPLE
from shared.kernel import ids
from tests.support.commands import khamrong
from tests.support.embedded import Embedded, up
from tests.support.gateways import raw_log
from tests.support.waiting import eventually

PHONE = "0898765431"
COMMENT = "หลุมยังอยู่หน้าร้านขายยา"
TRACKING, INTAKE, SURVEY = "/api/tracking/v1", "/api/intake/v1", "/api/survey/v1"

pytestmark = [pytest.mark.timeout(240), pytest.mark.xdist_group("embedded")]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """An installation."""
    with up(tmp_path_factory.mktemp("survey") / "data", free_port()) as started:
        yield started


@pytest.fixture
def client(running: Embedded) -> Iterator[httpx.Client]:
    """A client of its one origin."""
    with httpx.Client(base_url=running.url, timeout=20) as opened:
        yield opened


def test_from_the_resolution_to_the_next(running: Embedded, client: httpx.Client) -> None:
    staff = {"Authorization": f"Bearer {token(running)}"}
    filed = file(client)
    number, code = filed["number"], filed["tracking_code"]
    command(client, number, "accept", staff)
    command(client, number, "resolve", staff, outcome="solved", public_note="กลบหลุมแล้ว")
    assert eventually(lambda: invitations(client, number), 20) == [
        f"คำร้อง {number} เสร็จแล้ว โปรดประเมินผลที่ kathu.go.th/{code}"
    ]
    assert eventually(lambda: view(client, code)["actions"] == ["rate", "request_reopening"], 20)

    given = rate(client, tracking_code=code, rating=1, solved="no", comment=COMMENT, reopen=True)
    assert (given.status_code, given.json()["resolution"]) == (201, 1)
    assert rate(client, number=number, phone_last4=PHONE[-4:], rating=5, solved="yes").status_code == 409
    eventually(lambda: view(client, code)["reopening_requested"] and view(client, code)["survey"]["answered"], 20)
    listed = client.get(f"{TRACKING}/petitions", params={"reopening_requested": True}, headers=staff).json()
    assert [item["number"] for item in listed["items"]] == [number]
    whole = client.get(f"{TRACKING}/petitions/{number}", headers=staff).json()
    assert whole["survey_answers"][0]["comment"] == COMMENT

    command(client, number, "reopen", staff, reason="จะเข้าตรวจสอบอีกครั้ง")
    command(client, number, "resolve", staff, outcome="solved", public_note="กลบหลุมที่เหลือแล้ว")
    eventually(lambda: len(invitations(client, number)) == 2, 20)
    second = eventually(lambda: accepted(rate(client, tracking_code=code, rating=5, solved="yes")), 20)
    assert second["resolution"] == 2
    assert rate(client, authority="kathu", rating=3).status_code == 201

    summary = eventually(lambda: counted(client, 3), 20)
    assert (summary["mean_rating"], summary["share_solved"], summary["reopen_requests"]) == (3.0, 0.5, 1)
    assert khamrong(running.folder, "projection", "rebuild").returncode == 0
    assert counted(client, 3) == summary
    lines = khamrong(running.folder, "projection", "status").stdout.splitlines()
    assert {"survey_petition", "survey_summary", "satisfaction"} <= {line.split("\t")[0] for line in lines}
    assert khamrong(running.folder, "log", "verify").returncode == 0
    assert COMMENT not in raw_log(read(running.folder)["KHAMRONG_SURVEY_DATABASE_URL"]) + running.printed()


def token(running: Embedded) -> str:
    """Of a head of department."""
    return khamrong(running.folder, "token", "--role", "head", "--authority", "kathu").stdout.strip()


def file(client: httpx.Client) -> dict[str, Any]:
    """File a petition; the answer."""
    petition: dict[str, Any] = copy.deepcopy(SAMPLE)
    petition["petitioner"]["phone"] = PHONE
    headers = {"Idempotency-Key": str(ids.new_id())}
    return dict(client.post(f"{INTAKE}/petitions", json=petition, headers=headers).raise_for_status().json())


def command(client: httpx.Client, number: str, name: str, staff: dict[str, str], **given: str) -> None:
    """Give a command that must succeed."""
    answer = client.post(f"{INTAKE}/petitions/{number}/{name}", json=given, headers=staff)
    assert answer.status_code == 200, answer.text


def view(client: httpx.Client, code: str) -> dict[str, Any]:
    """Where the petition stands."""
    return dict(client.get(f"{TRACKING}/t/{code}").raise_for_status().json())


def rate(client: httpx.Client, **body: Any) -> httpx.Response:
    """Answer the survey."""
    return client.post(f"{SURVEY}/answers", json=body)


def accepted(answer: httpx.Response) -> dict[str, Any]:
    """The answer as stored; empty while the read model has not seen the new end."""
    return dict(answer.json()) if answer.status_code == 201 else {}


def counted(client: httpx.Client, answers: int) -> dict[str, Any]:
    """The summary once it counts so many answers; empty before."""
    found = client.get(f"{SURVEY}/summary", params={"authority": "kathu"}).raise_for_status().json()
    return dict(found) if found["answers"] == answers else {}


def invitations(client: httpx.Client, number: str) -> list[str]:
    """The texts that ask how it went."""
    found = client.get("/sandbox/sms/messages", params={"to": PHONE}).raise_for_status().json()
    return [message["text"] for message in found if number in message["text"] and "ประเมิน" in message["text"]]
