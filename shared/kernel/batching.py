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

Item = TypeVar("Item")
Result = TypeVar("Result")

_STOP: Final = object()


class GroupCommit(Generic[Item, Result]):
    """`submit(item)` gives a future of the item's result; `work(items)` returns one result or exception per item."""

    def __init__(self, name: str, work: Callable[[Sequence[Item]], Sequence[Result | Exception]], most: int = 64) -> None:
        self._work = work
        self._most = most
        self._waiting: queue.SimpleQueue[object] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def submit(self, item: Item) -> Future[Result]:
        """Queue the item; the future is done after the commit that holds it."""
        future: Future[Result] = Future()
        self._waiting.put((item, future))
        return future

    def close(self) -> None:
        """Finish what is waiting and stop."""
        self._waiting.put(_STOP)
        self._thread.join()

    def _run(self) -> None:
        while (first := self._waiting.get()) is not _STOP:
            batch, stopping = self._batch(first)
            self._commit(batch)
            if stopping:
                return

    def _batch(self, first: object) -> tuple[list[tuple[Item, Future[Result]]], bool]:
        batch: list[object] = [first]
        while len(batch) < self._most:
            try:
                following = self._waiting.get_nowait()
            except queue.Empty:
                break
            if following is _STOP:
                return batch, True  # type: ignore[return-value]
            batch.append(following)
        return batch, False  # type: ignore[return-value]

    def _commit(self, batch: list[tuple[Item, Future[Result]]]) -> None:
        try:
            results = self._work([item for item, _ in batch])
        except Exception as error:  # whatever it was, each caller hears of it
            self._fail(batch, error)
            return
        for (_, future), result in zip(batch, results, strict=True):
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
