"""A vault in a bucket of any server that speaks the S3 API."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import urllib3
from minio import Minio
from minio.datatypes import Object
from minio.error import MinioException, S3Error

from services.documents.vault.vault import NotInVault, VaultUnavailable, checked_key

CONNECT_SECONDS: Final = 3.0
READ_SECONDS: Final = 20.0
TRIES: Final = 2
CONNECTIONS: Final = 16
NO_BUCKET: Final = "NoSuchBucket"
MISSING: Final = frozenset({"NoSuchKey", "NoSuchObject", NO_BUCKET})
MADE_BY_ANOTHER: Final = frozenset({"BucketAlreadyOwnedByYou", "BucketAlreadyExists"})


class S3Vault:
    """One object per key in `bucket`, which is made when it is missing. `endpoint` is `host:port`.

    Nothing is asked of the server before the first call, so a service starts while its vault is down. No call takes
    longer than the time limits and `TRIES` allow.
    """

    def __init__(
        self,
        endpoint: str,
        access_key: str,
        secret_key: str,
        bucket: str,
        *,
        secure: bool = True,
        region: str = "us-east-1",
    ) -> None:
        self._bucket = bucket
        self._client = Minio(
            endpoint,
            access_key=access_key,
            secret_key=secret_key,
            secure=secure,
            region=region,
            http_client=connections(),
        )

    def put(self, key: str, content: bytes, media_type: str) -> None:
        with unavailable_when_refused():
            try:
                self._put(checked_key(key), content, media_type)
            except S3Error as error:
                if error.code != NO_BUCKET:
                    raise
                self._make_bucket()
                self._put(key, content, media_type)

    def get(self, key: str) -> bytes:
        with unavailable_when_refused():
            try:
                response = self._client.get_object(self._bucket, checked_key(key))
            except S3Error as error:
                if error.code in MISSING:
                    raise NotInVault(key) from None
                raise
            with response:
                return response.read()

    def delete(self, key: str) -> None:
        """Every version goes: in a bucket with versions a plain delete would keep the content."""
        with unavailable_when_refused():
            for version in self._listed(checked_key(key), include_version=True):
                if version.object_name == key:
                    self._client.remove_object(self._bucket, key, version_id=version.version_id)

    def exists(self, key: str) -> bool:
        with unavailable_when_refused():
            try:
                self._client.stat_object(self._bucket, checked_key(key))
            except S3Error as error:
                if error.code in MISSING:
                    return False
                raise
            return True

    def keys(self, prefix: str = "") -> Iterator[str]:
        with unavailable_when_refused():
            for kept in self._listed(prefix):
                yield str(kept.object_name)

    def ready(self) -> bool:
        try:
            with unavailable_when_refused():
                self._make_bucket()
        except VaultUnavailable:
            return False
        return True

    def _put(self, key: str, content: bytes, media_type: str) -> None:
        self._client.put_object(self._bucket, key, io.BytesIO(content), len(content), content_type=media_type)

    def _listed(self, prefix: str, *, include_version: bool = False) -> Iterator[Object]:
        """What is there; nothing in a bucket that was not made yet."""
        try:
            yield from self._client.list_objects(
                self._bucket, prefix=prefix, recursive=True, include_version=include_version
            )
        except S3Error as error:
            if error.code != NO_BUCKET:
                raise

    def _make_bucket(self) -> None:
        if self._client.bucket_exists(self._bucket):
            return
        try:
            self._client.make_bucket(self._bucket)
        except S3Error as error:
            if error.code not in MADE_BY_ANOTHER:
                raise


def connections() -> urllib3.PoolManager:
    return urllib3.PoolManager(
        num_pools=2,
        maxsize=CONNECTIONS,
        timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
        retries=urllib3.Retry(total=TRIES, backoff_factor=0.2, status_forcelist=(500, 502, 503, 504)),
    )


@contextmanager
def unavailable_when_refused() -> Iterator[None]:
    """What the server or the network refuses is `VaultUnavailable`; its text tells the code alone."""
    try:
        yield
    except S3Error as error:
        raise VaultUnavailable(f"s3: {error.code}") from error
    except (MinioException, urllib3.exceptions.HTTPError, OSError) as error:
        raise VaultUnavailable(f"s3: {type(error).__name__}") from error
