"""Group commit: callers that come at the same time share one unit of work.

One background thread takes what is waiting and hands it to `work` as a batch; each caller waits for its own
result. When a batch fails, its members are tried one by one, so that one bad member harms nobody else.
Works under threads and, monkey-patched, under green threads.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Final, Generic, TypeVar

from shared.kernel import clock

Item = TypeVar("Item")
Result = TypeVar("Result")


LINGER: Final = 0.12
"""For work in the background: at a hundred a second a dozen share what one would cost (measured)."""

LONG_LINGER: Final = 0.2
"""For read models, which people look at: nobody sees the difference, and a batch costs as much as what is in it."""


_LOOKS: Final = 4
"""How often in that time it is looked whether somebody came."""


class Closed(Exception):
    """The group commit was closed: it takes nothing more."""


class GroupCommit(Generic[Item, Result]):
    """`submit(item)` gives a future of the item's result; `work(items)` returns one result or exception per item.

    A future that is cancelled before its batch begins takes no part; from then on it cannot be cancelled. `linger`:
    the seconds between the beginnings of two batches, while they come in company; who comes alone never waits, and
    nobody does while `enough` are waiting (by default as many as a batch can hold), or when nobody else came for a
    quarter of it.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[Sequence[Item]], Sequence[Result | Exception]],
        most: int = 64,
        linger: float = 0.0,
        enough: int | None = None,
    ) -> None:
        self._work = work
        self._most = most
        self._linger = linger
        self._others = (enough or most) - 1
        self._hurry = threading.Event()
        self._waiting: queue.SimpleQueue[tuple[Item, Future[Result]] | None] = queue.SimpleQueue()
        self._closed = False
        self._closing = threading.Lock()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def submit(self, item: Item) -> Future[Result]:
        """Queue the item; the future is done after the commit that holds it. Raises Closed."""
        future: Future[Result] = Future()
        with self._closing:
            if self._closed:
                raise Closed(self._thread.name)
            self._waiting.put((item, future))
            if self._waiting.qsize() >= self._others:
                self._hurry.set()
        return future

    def close(self) -> None:
        """Finish what is waiting and stop; again is no error."""
        with self._closing:
            self._closed = True
            self._hurry.set()
            self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        in_company, not_before = False, 0.0
        while (first := self._waiting.get()) is not None:
            if in_company:
                self._gather(not_before)
            not_before = clock.monotonic() + self._linger
            batch, stopping = self._batch(first)
            in_company = len(batch) > 1
            self._commit([member for member in batch if member[1].set_running_or_notify_cancel()])
            if stopping:
                return

    def _gather(self, until: float) -> None:
        """Callers who all wait already are not waited for: whoever else there may be comes one after the other."""
        with self._closing:
            if not self._closed and self._waiting.qsize() < self._others:
                self._hurry.clear()
        while (rest := until - clock.monotonic()) > 0:
            before = self._waiting.qsize()
            if self._hurry.wait(min(rest, self._linger / _LOOKS)) or self._waiting.qsize() == before:
                return

    def _batch(self, first: tuple[Item, Future[Result]]) -> tuple[list[tuple[Item, Future[Result]]], bool]:
        batch = [first]
        while len(batch) < self._most:
            try:
                following = self._waiting.get_nowait()
            except queue.Empty:
                break
            if following is None:
                return batch, True
            batch.append(following)
        return batch, False

    def _commit(self, batch: list[tuple[Item, Future[Result]]]) -> None:
        if not batch:
            return
        try:
            settled = list(zip(batch, self._work([item for item, _ in batch]), strict=True))
        except Exception as error:  # noqa: BLE001 (whatever it was, each caller hears of it)
            self._fail(batch, error)
            return
        for (_, future), result in settled:
            _settle(future, result)

    def _fail(self, batch: list[tuple[Item, Future[Result]]], error: Exception) -> None:
        if len(batch) == 1:
            batch[0][1].set_exception(error)
            return
        for single in batch:
            self._commit([single])


def _settle(future: Future[Result], result: Result | Exception) -> None:
    if isinstance(result, Exception):
        future.set_exception(result)
    else:
        future.set_result(result)
