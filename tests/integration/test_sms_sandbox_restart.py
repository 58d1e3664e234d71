"""The SMS sandbox as a process of its own, killed and started again on the same folder."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.support.waiting import eventually

GOOD = {"msisdn": "0812345678", "message": "เลขคำร้อง KT1270567000001", "sender": "KATHU", "reference": "r-1"}


@contextmanager
def process(folder: Path, port: int) -> Iterator[tuple[subprocess.Popen[bytes], httpx.Client]]:
    command = [sys.executable, "-m", "sandbox.sms_gateway", "--port", str(port), "--folder", str(folder)]
    environment = os.environ | {"KHAMRONG_SANDBOX_SMS_API_SECRET": "from-the-environment"}
    child = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    auth = ("sandbox", "from-the-environment")
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", auth=auth) as client:
            eventually(lambda: answers(client), timeout=30)
            yield child, client
    finally:
        child.kill()
        child.wait()


def answers(client: httpx.Client) -> bool:
    try:
        return client.get("/behaviour").is_success
    except httpx.TransportError:
        return False


def message_id(client: httpx.Client, reference: str) -> str:
    answer = client.post("/sms", data={**GOOD, "reference": reference}).raise_for_status()
    return str(answer.json()["phone_number_list"][0]["message_id"])


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_a_reference_stays_known_after_a_kill(tmp_path: Path, port: int) -> None:
    with process(tmp_path, port) as (child, client):
        first = message_id(client, "r-1")
        client.put("/behaviour", json={"mode": "accept_then_drop", "only_next": 1})
        with pytest.raises(httpx.RemoteProtocolError):
            message_id(client, "r-2")
        child.kill()
        child.wait()
    with process(tmp_path, port) as (_, client):
        assert message_id(client, "r-1") == first
        message_id(client, "r-2")
        report = client.get("/ledger").json()
    assert (report["attempts"], report["sends"]) == (4, 2)
    assert [(entry["reference"], entry["attempts"], entry["sends"]) for entry in report["references"]] == [
        ("r-1", 2, 1),
        ("r-2", 2, 1),
    ]
