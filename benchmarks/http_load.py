"""A light HTTP load: persistent connections, requests made beforehand. Measures the server and not the client."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import quantiles

import httptools
import orjson

from khamrong.trial import SAMPLE
from shared.kernel import ids


@dataclass(frozen=True, slots=True)
class Load:
    """What a run of requests gave. Latencies in seconds; `sent` has the moment each request was sent, by its index."""

    seconds: float
    latencies: list[float]
    statuses: Counter[int]
    numbers: dict[str, float]
    """Petition number to the moment (Unix time) at which it was answered."""

    @property
    def rate(self) -> float:
        """Successful requests a second."""
        return self.statuses[201] / self.seconds

    def percentile(self, nth: int) -> float:
        """The nth percentile of the latencies, in seconds."""
        return quantiles(self.latencies, n=100)[nth - 1]


def filings(count: int, host: str) -> list[bytes]:
    """Requests that file the sample petition, each with a key of its own."""
    body = orjson.dumps(SAMPLE)
    head = f"POST /api/intake/v1/petitions HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
    head += f"Content-Length: {len(body)}\r\nIdempotency-Key: "
    return [f"{head}{ids.new_id()}\r\n\r\n".encode() + body for _ in range(count)]


def run(port: int, requests: Sequence[bytes], clients: int, rate: float | None = None) -> Load:
    """Send all requests over `clients` connections; with `rate`, that many a second (an open loop)."""
    return asyncio.run(_run(port, requests, clients, rate))


async def _run(port: int, requests: Sequence[bytes], clients: int, rate: float | None) -> Load:
    load = Load(0.0, [], Counter(), {})
    waiting: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
    started = time.perf_counter()
    for index, request in enumerate(requests):
        waiting.put_nowait((started + index / rate if rate else started, request))
    await asyncio.gather(*(_client(port, waiting, load) for _ in range(clients)))
    return Load(time.perf_counter() - started, load.latencies, load.statuses, load.numbers)


async def _client(port: int, waiting: asyncio.Queue[tuple[float, bytes]], load: Load) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while not waiting.empty():
        due, request = waiting.get_nowait()
        if (early := due - time.perf_counter()) > 0:
            await asyncio.sleep(early)
        sent = time.perf_counter()
        writer.write(request)
        status, body = await _answer(reader)
        load.latencies.append(time.perf_counter() - sent)
        load.statuses[status] += 1
        if status == 201:
            load.numbers[orjson.loads(body)["number"]] = time.time()
    writer.close()


class _Answer:
    def __init__(self) -> None:
        self.body = b""
        self.complete = False

    def on_body(self, part: bytes) -> None:
        self.body += part

    def on_message_complete(self) -> None:
        self.complete = True


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    answer = _Answer()
    parser = httptools.HttpResponseParser(answer)
    while not answer.complete:
        received = await reader.read(65_536)
        if not received:
            raise ConnectionError("the server closed the connection")
        parser.feed_data(received)
    return parser.get_status_code(), answer.body
