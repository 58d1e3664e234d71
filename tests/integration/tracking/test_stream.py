"""Staff see what happens while it happens, and miss nothing when they come back."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from sandbox.sms_gateway.serving import serving
from shared.contracts import petition as facts
from tests.samples.petitions import HEALTH, WORKS
from tests.support.tracking import Case, case, configure, tell
from tests.support.tracking_app import Installation, staff, tracking_in
from tests.support.waiting import eventually

STREAM = "/api/tracking/v1/stream"


class Listening:
    """One who listens in a thread; `events` are (id, type, data), `comments` counts what keeps the line open."""

    def __init__(self, base: str, **headers: str) -> None:
        self.events: list[tuple[int, str, dict[str, Any]]] = []
        self.comments = 0
        self.opened, self.ended = threading.Event(), threading.Event()
        self._base, self._headers = base, headers
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()
        assert self.opened.wait(10)

    @property
    def ids(self) -> list[int]:
        return [event[0] for event in self.events]

    def close(self) -> None:
        """Hang up, as a browser does that is closed."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(10)

    def _listen(self) -> None:
        try:
            with httpx.stream("GET", self._base + STREAM, headers=self._headers, timeout=30) as answer:
                assert answer.headers["content-type"].startswith("text/event-stream")
                self._socket: socket.socket = answer.extensions["network_stream"].get_extra_info("socket")
                self.opened.set()
                self._read(answer.iter_lines())
        except (httpx.HTTPError, httpx.StreamError):
            return
        finally:
            self.ended.set()

    def _read(self, lines: Iterator[str]) -> None:
        fields: dict[str, str] = {}
        for line in lines:
            if line.startswith(":"):
                self.comments += 1
            elif line:
                name, _, value = line.partition(": ")
                fields[name] = value
            elif "id" in fields:
                self.events.append((int(fields["id"]), fields["event"], json.loads(fields["data"])))
                fields = {}


@contextmanager
def listening(base: str, authority: str = "kathu", after: int | None = None, **claims: str) -> Iterator[Listening]:
    last = {} if after is None else {"Last-Event-ID": str(after)}
    one = Listening(base, **staff(authority, **claims), **last)
    try:
        yield one
    finally:
        one.close()


@pytest.fixture
def app(installed: Installation) -> FastAPI:
    configure(installed.logs)
    return installed.app()


def file(installed: Installation, running: int, authority: str = "kathu") -> Case:
    """A petition that is filed, and in the read model."""
    one = case(running, authority=authority)
    tell(installed.logs, one, [("intake", one.filed())])
    installed.catch_up()
    return one


def watchers(app: FastAPI) -> int:
    return len(tracking_in(app).live._watchers)


def test_what_happens_is_told_while_it_happens(installed: Installation, app: FastAPI) -> None:
    file(installed, 1)
    with serving(app) as base, listening(base) as one:
        eventually(lambda: watchers(app) == 1)
        two = file(installed, 2)
        tell(installed.logs, two, [("intake", two.fact(facts.PetitionStarted))])
        installed.catch_up()
        eventually(lambda: len(one.events) == 2)
        assert one.ids == [3, 4]
        assert [(kind, data["number"], data["label"]) for _, kind, data in one.events] == [
            ("petition.filed", two.number, "รอรับเรื่อง"), ("petition.started", two.number, "กำลังดำเนินการ"),
        ]  # fmt: skip
        assert "สมชาย" not in str(one.events)


def test_who_is_of_one_department_hears_of_its_petitions_alone(installed: Installation, app: FastAPI) -> None:
    with serving(app) as base, listening(base, department=WORKS.code) as one:
        eventually(lambda: watchers(app) == 1)
        mine, theirs = file(installed, 1), file(installed, 2)
        tell(installed.logs, theirs, [("intake", theirs.fact(facts.PetitionAssigned, department=HEALTH, officer=None))])
        for each in (theirs, mine):
            tell(installed.logs, each, [("intake", each.fact(facts.PetitionStarted))])
        installed.catch_up()
        eventually(lambda: len(one.events) == 2)
        assert [data["number"] for _, _, data in one.events] == [mine.number] * 2


def test_who_comes_back_misses_nothing_and_sees_nothing_twice(installed: Installation, app: FastAPI) -> None:
    for running in range(1, 6):
        file(installed, running)
    with serving(app) as base:
        with listening(base, after=2) as one:
            eventually(lambda: one.ids == [3, 4, 5, 6])
            file(installed, 6)
            eventually(lambda: one.ids == [3, 4, 5, 6, 7])
        eventually(lambda: watchers(app) == 0)
        for running in range(7, 10):
            file(installed, running)
        with listening(base, after=one.ids[-1]) as again:
            file(installed, 10)
            eventually(lambda: again.ids == [8, 9, 10, 11])


def test_history_of_many_pages_joins_the_present(
    installed: Installation, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.tracking.live.PAGE", 3)
    for running in range(1, 21):
        file(installed, running)
    with serving(app) as base, listening(base, after=0) as one:
        for running in range(21, 31):
            file(installed, running)
        eventually(lambda: len(one.events) == 30)
        assert one.ids == list(range(2, 32))  # position 1 is the authority's


def test_each_authority_sees_its_own(installed: Installation, app: FastAPI) -> None:
    with (
        serving(app) as base,
        listening(base) as ours,
        listening(base, "other") as theirs,
        listening(base, "*") as all_of,
    ):
        eventually(lambda: watchers(app) == 3)
        file(installed, 1)
        file(installed, 2, "other")
        file(installed, 3)
        eventually(lambda: all_of.ids == [2, 3, 4])
        eventually(lambda: ours.ids == [2, 4])
        eventually(lambda: theirs.ids == [3])


def test_one_poller_serves_all(installed: Installation, app: FastAPI) -> None:
    with serving(app) as base, listening(base) as one, listening(base) as two, listening(base) as three:
        eventually(lambda: watchers(app) == 3)
        file(installed, 1)
        pulls = installed.logs.feeds["intake"].pulls
        file(installed, 2)
        eventually(lambda: [each.ids for each in (one, two, three)] == [[2, 3]] * 3)
        pulled_by_projections = 1
        assert installed.logs.feeds["intake"].pulls - pulls <= pulled_by_projections + 2


def test_comments_keep_the_line_open(installed: Installation, app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fastapi.routing._PING_INTERVAL", 0.05)
    with serving(app) as base, listening(base) as one:
        eventually(lambda: one.comments >= 2)


def test_streams_end_after_a_while_and_when_the_service_stops(
    installed: Installation, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(app) as base:
        with listening(base) as one:
            eventually(lambda: watchers(app) == 1)
            tracking_in(app).live.close()
            assert one.ended.wait(5)
        with listening(base, after=0) as two:
            assert two.ended.wait(5)
        assert watchers(app) == 0
    monkeypatch.setattr("services.tracking.staff_api.STREAM_SECONDS", 0.1)
    with serving(installed.app()) as base, listening(base) as three:
        assert three.ended.wait(5)


def test_who_is_too_slow_is_let_go_and_comes_back(
    installed: Installation, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.tracking.live.MOST_WAITING", 4)
    with serving(app) as base, listening(base) as one:
        eventually(lambda: watchers(app) == 1)
        cases = [case(running) for running in range(1, 40)]
        for each in cases:
            tell(installed.logs, each, [("intake", each.filed())])
        installed.catch_up()
        assert one.ended.wait(5)
        assert one.ids == list(range(2, 2 + len(one.ids)))
        with listening(base, after=one.ids[-1] if one.ids else 1) as again:
            eventually(lambda: again.ids and again.ids[-1] == 40)


def test_an_outage_is_waited_out(installed: Installation, app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.tracking.live.AFTER_ERROR_SECONDS", 0.01)
    live = tracking_in(app).live
    with serving(app) as base, listening(base) as one:
        eventually(lambda: watchers(app) == 1)
        failures: list[int] = []

        def fail() -> int:
            failures.append(1)
            raise ConnectionError

        with monkeypatch.context() as broken:
            broken.setattr(live, "_shown", fail)
            eventually(lambda: len(failures) > 2)
        file(installed, 1)
        eventually(lambda: one.ids == [2])


@pytest.mark.parametrize("last", ["-1", "x"])
def test_a_strange_position_is_422(app: FastAPI, installed: Installation, last: str) -> None:
    answer = installed.client(app).get(STREAM, headers={**staff(), "Last-Event-ID": last})
    assert answer.status_code == 422
