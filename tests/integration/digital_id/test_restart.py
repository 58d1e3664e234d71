"""The sandbox as a process of its own: what it knew before it was killed, it knows afterwards."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from deploy.native.folder import free_port
from sandbox.digital_id.store import FILE_NAME
from tests.support.digital_id import SECRET, THAID, Party, clients
from tests.support.waiting import eventually


@contextmanager
def process(port: int, folder: Path) -> Iterator[str]:
    """Killed at the end, as a crash would."""
    told = [client.model_dump(mode="json") | {"client_secret": SECRET} for client in clients()]
    environment = os.environ | {"KHAMRONG_SANDBOX_DIGITAL_ID_CLIENTS": json.dumps(told)}
    command = [sys.executable, "-m", "sandbox.digital_id", "--port", str(port), "--folder", str(folder)]
    with subprocess.Popen(command, env=environment) as running:
        try:
            url = f"http://127.0.0.1:{port}"
            eventually(lambda: _answers(url), 60, pause=0.05)
            yield url
        finally:
            running.kill()


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/thaid/behaviour").is_success
    except httpx.TransportError:
        return False


def test_codes_tokens_sessions_and_keys_survive_a_kill(tmp_path: Path) -> None:
    port = free_port()
    with process(port, tmp_path) as url:
        party = Party(url, THAID)
        first = party.tokens()
        code = party.callback()["code"]
    with process(port, tmp_path):
        assert party.read(first["id_token"]).claims["pid"] == "1999900000013"
        assert party.user_info(first["access_token"]).status_code == 200
        assert party.token(code).status_code == 200
        assert party.token(code).json()["error"] == "invalid_grant"
        assert "ยินยอม" in party.follow(party.authorize()).text


def test_only_the_owner_can_read_what_it_keeps(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    with process(free_port(), folder) as url:
        Party(url, THAID).tokens()
    kept = (folder, *folder.iterdir())
    assert {path.name for path in kept} == {"new", FILE_NAME, f"{FILE_NAME}-wal", f"{FILE_NAME}-shm"}
    assert [path.name for path in kept if path.stat().st_mode & 0o077] == []
