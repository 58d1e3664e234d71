"""Streams that pass through end with their source, with whoever reads, and with the process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from typing import Any

from services.portal.clients.relays import Relays


def run(asking: Coroutine[Any, Any, None]) -> None:
    """In a thread of its own: beside tests with a browser this one's has a loop already."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, asking).result()


class Source:
    """Tells two chunks, then waits for ever; knows when it is let go."""

    def __init__(self) -> None:
        self.is_closed = False

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        try:
            yield b"one"
            yield b"two"
            await asyncio.Event().wait()
        finally:
            self.is_closed = True


def test_chunks_pass_as_they_come_and_leaving_ends_them() -> None:
    async def asking() -> None:
        relays, source = Relays(), Source()
        told = []
        async with aclosing(relays.until_leaving(source.chunks())) as chunks:
            async for chunk in chunks:
                told.append(chunk)
                if len(told) == 2:
                    asyncio.get_running_loop().call_soon(relays.leave)
        assert told == [b"one", b"two"]
        assert source.is_closed
        assert [chunk async for chunk in relays.until_leaving(Source().chunks())] == [], "new ones end at once"

    run(asking())


def test_a_source_that_ends_ends_the_stream() -> None:
    async def two() -> AsyncGenerator[bytes, None]:
        yield b"one"
        yield b"two"

    async def asking() -> None:
        assert [chunk async for chunk in Relays().until_leaving(two())] == [b"one", b"two"]

    run(asking())


def test_a_reader_who_goes_lets_the_source_go() -> None:
    async def asking() -> None:
        source = Source()
        async with aclosing(source.chunks()) as chunks, aclosing(Relays().until_leaving(chunks)) as told:
            assert await anext(told) == b"one"
        assert source.is_closed

    run(asking())
