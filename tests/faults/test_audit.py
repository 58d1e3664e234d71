"""Auditors: what was changed in a log is found, and what was known at a moment can be shown."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from khamrong.stack import Stack
from khamrong.trial import SAMPLE
from tests.faults.filing import file
from tests.faults.state import State
from tests.support.commands import khamrong
from tests.support.waiting import eventually

UNGUARDED = "SET LOCAL session_replication_role = replica"
"""As a superuser: no trigger refuses what follows."""
ALTER = "UPDATE eventlog.facts SET data = CAST(:data AS jsonb) WHERE position = :position"

pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("stack")]


def test_one_changed_octet_is_found_and_named(stack: Stack, state: State, client: httpx.Client) -> None:
    number = file(client, "คำร้องที่มีผู้แก้ไขบันทึก")["number"]
    (fact,) = [each for each in state.facts("intake") if each.data.get("number") == number]
    whole = khamrong(stack.folder, "log", "verify")
    assert whole.returncode == 0, whole.stdout
    assert len(whole.stdout.splitlines()) == len(state.feeds)

    ((before,),) = state.rows("intake", "SELECT data::text FROM eventlog.facts WHERE position = :p", p=fact.position)
    altered = before.replace(number, number[:-1] + "x")
    state.change("intake", UNGUARDED, ALTER, data=altered, position=fact.position)
    try:
        found = khamrong(stack.folder, "log", "verify")
    finally:
        state.change("intake", UNGUARDED, ALTER, data=before, position=fact.position)

    assert found.returncode == 1
    assert f"intake: BROKEN at position {fact.position}: altered" in found.stdout.splitlines()
    assert khamrong(stack.folder, "log", "verify", "--service", "intake").returncode == 0


def test_a_replay_shows_what_tracking_answered(stack: Stack, client: httpx.Client) -> None:
    number = file(client, "คำร้องที่ผู้ตรวจสอบย้อนดู")["number"]
    answered = [known(client, number, "filed")]
    for command, body, status in (
        ("accept", {"public_note": "รับเรื่องแล้ว จะเข้าตรวจสอบ"}, "accepted"),
        ("start", {}, "in_progress"),
        ("resolve", {"outcome": "solved", "public_note": "ซ่อมผิวถนนแล้ว"}, "resolved"),
    ):
        perform(stack, client, number, command, body)
        answered.append(known(client, number, status))

    for at, answer in answered:
        replayed = khamrong(stack.folder, "log", "replay", "--petition", number, "--at", at.isoformat(), "--as", "view")
        assert json.loads(replayed.stdout) == answer
    latest = khamrong(stack.folder, "log", "replay", "--petition", number, "--as", "view")
    assert json.loads(latest.stdout) == answered[-1][1]


def test_a_replay_tells_people_and_programs(stack: Stack, state: State, client: httpx.Client) -> None:
    number = file(client, "คำร้องที่พิมพ์เป็นรายงาน")["number"]
    state.settle()
    report = khamrong(stack.folder, "log", "replay", "--petition", number)
    assert report.returncode == 0, report.stderr
    for expected in (f"ประวัติคำร้องเลขที่ {number}", "รอรับเรื่อง", "จัดทำแบบคำร้อง", "SMS ถึงผู้ร้องแล้ว"):
        assert expected in report.stdout

    listed = khamrong(stack.folder, "log", "replay", "--petition", number, "--as", "facts")
    facts = [json.loads(line) for line in listed.stdout.splitlines()]
    assert {fact["type"] for fact in facts} == set(state.facts_of(number))
    petitioner = SAMPLE["petitioner"]
    for told in (report.stdout, listed.stdout):
        assert petitioner["family_name"] not in told
        assert petitioner["citizen_id"] not in told


def test_before_the_filing_nothing_was_known(stack: Stack, client: httpx.Client) -> None:
    before = datetime.now(UTC)
    number = file(client, "คำร้องที่ยังไม่มีในอดีต")["number"]
    unknown = khamrong(stack.folder, "log", "replay", "--petition", number, "--at", before.isoformat())
    assert unknown.returncode == 1
    assert khamrong(stack.folder, "log", "replay", "--petition", number, "--at", "yesterday").returncode == 2
    assert khamrong(stack.folder, "log", "verify", "--service", "portal").returncode == 2


def test_read_models_are_rebuilt_equal_beside_the_running_ones(
    stack: Stack, state: State, client: httpx.Client
) -> None:
    file(client, "คำร้องที่สร้างมุมมองใหม่")
    state.settle()
    rows = len(state.tracking_rows())
    rebuilt = khamrong(stack.folder, "projection", "rebuild", "petition")
    assert rebuilt.returncode == 0, rebuilt.stdout
    assert f"petition: {rows} rows" in rebuilt.stdout
    assert "equal to the running one" in rebuilt.stdout
    eventually(lambda: khamrong(stack.folder, "projection", "status").returncode == 0, 30)
    assert "petition\tintake\tat " in khamrong(stack.folder, "projection", "status").stdout
    after = file(client, "คำร้องหลังสร้างมุมมองใหม่")["number"]
    known(client, after, "filed")


def perform(stack: Stack, client: httpx.Client, number: str, command: str, body: dict[str, Any]) -> None:
    """What an officer does."""
    token = khamrong(stack.folder, "token", "--role", "officer", "--authority", "kathu").stdout.strip()
    headers = {"Authorization": f"Bearer {token}"}
    client.post(f"/api/intake/v1/petitions/{number}/{command}", json=body, headers=headers).raise_for_status()


def known(client: httpx.Client, number: str, status: str) -> tuple[datetime, dict[str, Any]]:
    """Tracking's answer once it shows the status and the form, and the moment at which it had been given."""
    asked = {"number": number, "phone_last4": SAMPLE["petitioner"]["phone"][-4:]}

    def answered() -> dict[str, Any]:
        answer = client.post("/api/tracking/v1/lookups", json=asked)
        told = answer.json() if answer.status_code == 200 else {}
        return told if told.get("status") == status and told["form_ready"] else {}

    answer = eventually(answered, 30.0, pause=0.1)
    return datetime.now(UTC), answer
