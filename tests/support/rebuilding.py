"""A rebuild in a process of its own, which stops half way and waits to be killed."""

from __future__ import annotations

import multiprocessing
from collections.abc import Mapping, Sequence
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event
from typing import Final

from services.tracking.projections import petition
from shared.contracts.envelope import Envelope
from shared.kernel.database import connect
from shared.projecting.rebuild import Rebuild

_SPAWN: Final = multiprocessing.get_context("spawn")


class StallingFeed:
    """Gives its facts up to a position; asked for later ones it says so and never answers."""

    def __init__(self, service: str, envelopes: Sequence[Envelope], stall_after: int, stalled: Event) -> None:
        self.service = service
        self._envelopes, self._stall_after, self._stalled = envelopes, stall_after, stalled

    def after(self, position: int, limit: int, types: Sequence[str] | None = None) -> list[Envelope]:
        if position >= self._stall_after:
            self._stalled.set()
            _SPAWN.Event().wait()
        return list(self._envelopes[position : position + limit])

    def head(self) -> int:
        return len(self._envelopes)


def stalled_rebuild(url: str, logs: Mapping[str, Sequence[Envelope]], stall_after: int) -> BaseProcess:
    """Start a rebuild of the petition projection that stalls in intake's log; return when it has."""
    stalled = _SPAWN.Event()
    process = _SPAWN.Process(target=_rebuild, args=(url, dict(logs), stall_after, stalled), daemon=True)
    process.start()
    assert stalled.wait(60), "the rebuild did not come as far"
    return process


def _rebuild(url: str, logs: Mapping[str, Sequence[Envelope]], stall_after: int, stalled: Event) -> None:
    feeds = {
        name: StallingFeed(name, facts, stall_after if name == "intake" else len(facts), stalled)
        for name, facts in logs.items()
    }
    Rebuild(connect(url, role=None), petition, feeds, most_rows=10).run()
