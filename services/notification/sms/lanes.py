"""Clients of one connection each. The pool of httpx looks through all its connections at every request, and asks each
whether it is still open: with dozens of them under green threads that costs more than the requests."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

import httpx


class Lanes:
    """At most `many` clients, made when they are needed; who is turned away after `seconds` gets httpx.PoolTimeout."""

    def __init__(self, make: Callable[[], httpx.Client], many: int, seconds: float) -> None:
        self._make, self._seconds = make, seconds
        self._turns = BoundedSemaphore(many)
        self._idle: deque[httpx.Client] = deque()

    @contextmanager
    def one(self) -> Iterator[httpx.Client]:
        """A client for this caller alone, the one that was used last: the others' connections may end."""
        if not self._turns.acquire(timeout=self._seconds):
            raise httpx.PoolTimeout("all connections are busy")
        try:
            client = self._taken()
            try:
                yield client
            finally:
                self._idle.append(client)
        finally:
            self._turns.release()

    def close(self) -> None:
        """Close what is idle."""
        while self._idle:
            self._idle.pop().close()

    def _taken(self) -> httpx.Client:
        try:
            return self._idle.pop()
        except IndexError:
            return self._make()
