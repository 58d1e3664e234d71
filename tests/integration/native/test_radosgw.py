"""A private S3 server keeps its objects when it is stopped in an orderly way."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from minio import Minio
from minio.error import S3Error

from deploy.native import radosgw
from deploy.native.folder import processes_in
from deploy.native.processes import NotInstalled
from deploy.native.radosgw import PROGRAMS, RadosGateway
from tests.support.waiting import eventually


def client(gateway: RadosGateway, secret_key: str | None = None) -> Minio:
    return Minio(
        gateway.endpoint, access_key=gateway.access_key, secret_key=secret_key or gateway.secret_key, secure=False
    )


def put(gateway: RadosGateway, name: str, content: bytes) -> None:
    if not client(gateway).bucket_exists("forms"):
        client(gateway).make_bucket("forms")
    client(gateway).put_object("forms", name, io.BytesIO(content), len(content))


def get(gateway: RadosGateway, name: str) -> bytes:
    answer = client(gateway).get_object("forms", name)
    try:
        return answer.read()
    finally:
        answer.close()
        answer.release_conn()


def test_objects_survive_a_restart_and_a_wrong_key_is_refused(tmp_path: Path) -> None:
    with RadosGateway(tmp_path / "s3") as gateway:
        put(gateway, "คำร้อง.pdf", b"content")
        address = gateway.endpoint
        gateway.restart()
        assert get(gateway, "คำร้อง.pdf") == b"content"
        assert gateway.endpoint == address
        with pytest.raises(S3Error, match="SignatureDoesNotMatch"):
            client(gateway, "guess").list_buckets()


def test_other_keys_of_the_same_folder_are_let_in_too(tmp_path: Path) -> None:
    with RadosGateway(tmp_path / "s3", access_key="first", secret_key="first-secret") as gateway:
        put(gateway, "a", b"content")
    with RadosGateway(tmp_path / "s3", access_key="second", secret_key="second-secret") as gateway:
        assert get(gateway, "a") == b"content"


def test_nothing_is_left_when_the_owner_is_killed(
    tmp_path: Path, owner: Callable[[str], subprocess.Popen[str]]
) -> None:
    first = owner("from deploy.native.radosgw import RadosGateway\ns3 = RadosGateway(folder / 's3')\ns3.start()")
    assert len(processes_in(tmp_path, PROGRAMS)) == len(radosgw.DAEMONS)
    first.kill()
    eventually(lambda: not processes_in(tmp_path, PROGRAMS), timeout=20)


def test_missing_programs_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotInstalled, match=r"ceph-mon, .* not installed: python -m deploy\.native\.packages radosgw"):
        RadosGateway(tmp_path / "s3").start()
