"""The S3 vault against a real server, and without one."""

from __future__ import annotations

import socket
from typing import Any
from uuid import uuid4

import pytest
from minio import Minio
from minio.commonconfig import ENABLED
from minio.versioningconfig import VersioningConfig

from services.documents.vault.s3_vault import S3Vault
from services.documents.vault.vault import VaultUnavailable
from shared.kernel.clock import monotonic

PDF = "application/pdf"


@pytest.fixture
def bucket() -> str:
    return f"vault-{uuid4().hex}"


@pytest.fixture
def client(s3: Any) -> Minio:
    return Minio(s3.endpoint, access_key=s3.access_key, secret_key=s3.secret_key, secure=False)


@pytest.fixture
def vault(s3: Any, bucket: str) -> S3Vault:
    return S3Vault(s3.endpoint, s3.access_key, s3.secret_key, bucket, secure=False)


def test_the_bucket_is_made_when_it_is_missing(vault: S3Vault, client: Minio, bucket: str) -> None:
    vault.put("a", b"x", PDF)
    assert client.bucket_exists(bucket)
    assert vault.ready()


def test_the_media_type_is_kept(vault: S3Vault, client: Minio, bucket: str) -> None:
    vault.put("a", b"x", PDF)
    assert client.stat_object(bucket, "a").content_type == PDF


def test_deleting_leaves_no_older_version(vault: S3Vault, client: Minio, bucket: str) -> None:
    assert vault.ready()
    client.set_bucket_versioning(bucket, VersioningConfig(ENABLED))
    vault.put("a", b"one", PDF)
    vault.put("a", b"two", PDF)
    vault.put("a.old", b"three", PDF)
    vault.delete("a")
    left = [version.object_name for version in client.list_objects(bucket, include_version=True)]
    assert left == ["a.old"]


def test_a_wrong_secret_is_unavailable(s3: Any, bucket: str) -> None:
    stranger = S3Vault(s3.endpoint, s3.access_key, "wrong-secret", bucket, secure=False)
    assert not stranger.ready()
    with pytest.raises(VaultUnavailable, match=r"SignatureDoesNotMatch|AccessDenied"):
        stranger.get("a")


def test_a_server_that_is_down_is_told_soon(bucket: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        vault = S3Vault(f"127.0.0.1:{taken.getsockname()[1]}", "key", "secret", bucket, secure=False)
        began = monotonic()
        assert not vault.ready()
        for call in (vault.get, vault.exists, vault.delete, lambda key: list(vault.keys(key))):
            with pytest.raises(VaultUnavailable):
                call("a")
        assert monotonic() - began < 10
