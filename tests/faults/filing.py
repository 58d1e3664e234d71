"""Citizens who file, many at once, and try again when something breaks, with the same key."""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import httpx

from khamrong.trial import SAMPLE
from shared.kernel import ids
from tests.support.waiting import eventually

CLIENTS = 32


def sample(text: str) -> dict[str, Any]:
    """A sample petition with its own text."""
    body = copy.deepcopy(SAMPLE)
    body["details"] = text
    return body


class Citizens:
    """Files `count` petitions from 32 threads; every tenth is sent twice with the same key."""

    def __init__(self, url: str, count: int) -> None:
        self._url = url
        self._count = count
        self._local = threading.local()
        self._pool = ThreadPoolExecutor(CLIENTS)
        self._pending: list[Future[list[str]]] = []
        self.done = 0

    def start(self) -> None:
        """Begin; `results` waits for the end."""
        self._pending = [self._pool.submit(self._file, n) for n in range(self._count)]

    def results(self) -> list[str]:
        """The numbers, one a petition: a retry with the same key has to tell the same."""
        answers = [pending.result(timeout=300) for pending in self._pending]
        self._pool.shutdown()
        assert all(len(set(each)) == 1 for each in answers)
        return [each[0] for each in answers]

    def _file(self, n: int) -> list[str]:
        key, body = str(ids.new_id()), sample(f"คำร้องทดสอบลำดับที่ {n}")
        numbers = [self._until_answered(key, body) for _ in range(2 if n % 10 == 0 else 1)]
        self.done += 1
        return numbers

    def _until_answered(self, key: str, body: dict[str, Any]) -> str:
        numbers: list[str] = []

        def answered() -> bool:
            numbers.extend(self._try(key, body))
            return bool(numbers)

        eventually(answered, timeout=120)
        return numbers[0]

    def _try(self, key: str, body: dict[str, Any]) -> Iterator[str]:
        client = self._client()
        try:
            answer = client.post("/api/intake/v1/petitions", json=body, headers={"Idempotency-Key": key})
        except httpx.TransportError:
            return
        if answer.status_code == 201:
            yield answer.json()["number"]
        else:
            assert answer.status_code >= 500, answer.text

    def _client(self) -> httpx.Client:
        if not hasattr(self._local, "client"):
            self._local.client = httpx.Client(base_url=self._url, timeout=15)
        client: httpx.Client = self._local.client
        return client
