"""The SMS sandbox costs little enough to stand beside what is measured: 200 sends a second on part of one core."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.waiting import eventually

SENDS = 1_000
CPU_SECONDS_PER_SEND = 0.0025
"""Half a core at 200 a second; about 0.0003 is usual."""


def cpu_seconds(process_id: int) -> float:
    """User and system time of a process so far (proc(5), fields 14 and 15 of stat)."""
    after_name = Path(f"/proc/{process_id}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


def answers(client: httpx.Client) -> bool:
    try:
        return client.get("/behaviour").is_success
    except httpx.TransportError:
        return False


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[tuple[int, httpx.Client]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "sandbox.sms_gateway", "--port", str(port), "--folder", str(tmp_path)]
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", auth=("sandbox", "sandbox"), timeout=30) as client:
            eventually(lambda: answers(client), timeout=30)
            yield child.pid, client
    finally:
        child.kill()
        child.wait()


def test_a_send_costs_a_fraction_of_a_core(sandbox: tuple[int, httpx.Client]) -> None:
    process_id, client = sandbox
    before = cpu_seconds(process_id)
    for number in range(SENDS):
        fields = {"msisdn": "0812345678", "message": "เลขคำร้อง KT1270567000001", "reference": f"r-{number}"}
        assert client.post("/sms", data=fields).status_code == 201
    assert (cpu_seconds(process_id) - before) / SENDS < CPU_SECONDS_PER_SEND
