"""Citizens who file, many at once, and try again when something breaks, with the same key."""

from __future__ import annotations

import copy
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import httpx

from khamrong.trial import SAMPLE
from shared.kernel import ids
from tests.support.waiting import eventually

CLIENTS = 32
PATIENCE_SECONDS = 120.0
PAUSE_SECONDS = 0.2


def sample(text: str) -> dict[str, Any]:
    """A sample petition with its own text."""
    return copy.deepcopy(SAMPLE) | {"details": text}


def file(client: httpx.Client, text: str, key: str | None = None) -> dict[str, Any]:
    """File until it is answered with 201, with the same key; the answer."""
    headers, body = {"Idempotency-Key": key or str(ids.new_id())}, sample(text)
    return eventually(lambda: _tried(client, headers, body), PATIENCE_SECONDS, PAUSE_SECONDS)


def _tried(client: httpx.Client, headers: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
    """The answer; empty when there was none or the server is in trouble."""
    try:
        answer = client.post("/api/intake/v1/petitions", json=body, headers=headers)
    except httpx.TransportError:
        return {}
    if answer.status_code >= 500:
        return {}
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


class Citizens:
    """Files `count` petitions from 32 threads; every tenth is sent twice with the same key."""

    def __init__(self, url: str, count: int) -> None:
        self._url = url
        self._local = threading.local()
        self._pool = ThreadPoolExecutor(CLIENTS)
        self._pending: list[Future[str]] = [self._pool.submit(self._file, n) for n in range(count)]

    @property
    def done(self) -> int:
        """How many have been answered."""
        return sum(pending.done() for pending in self._pending)

    def numbers(self) -> list[str]:
        """The numbers, one a petition, once all are answered."""
        self._pool.shutdown()
        return [pending.result() for pending in self._pending]

    def _file(self, n: int) -> str:
        key = str(ids.new_id())
        numbers = {file(self._client(), f"คำร้องทดสอบลำดับที่ {n}", key)["number"] for _ in range(2 if n % 10 == 0 else 1)}
        (number,) = numbers
        return str(number)

    def _client(self) -> httpx.Client:
        if not hasattr(self._local, "client"):
            self._local.client = httpx.Client(base_url=self._url, timeout=15)
        client: httpx.Client = self._local.client
        return client
