"""Is it ready: told within a time, whatever the dependencies do; over HTTP also where there is no gateway."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import httpx
import pytest

from shared.observing import health
from shared.observing.probe import start_probe


def fine() -> None:
    """A dependency that answers."""


def broken() -> None:
    raise ConnectionError("refused, with a password in the text")


@pytest.fixture
def hanging() -> Iterator[health.Check]:
    """A dependency that never answers, until the test is over."""
    over = threading.Event()
    yield lambda: over.wait(30)
    over.set()


def test_nothing_depended_on_is_never_down() -> None:
    assert health.down({}) == []


def test_what_is_down_is_named_in_order() -> None:
    assert health.down({"z": broken, "fine": fine, "a": broken}) == ["a", "z"]


def test_what_hangs_is_down_and_holds_nobody_up(hanging: health.Check, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "TIMEOUT_SECONDS", 0.1)
    started = time.monotonic()
    assert health.down({"fine": fine, "one": hanging, "two": hanging, "three": hanging}) == ["one", "three", "two"]
    assert time.monotonic() - started < 1.0


def test_a_worker_answers_as_a_gateway_does() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    checks: dict[str, health.Check] = {"database": fine, "broker": broken}
    start_probe(checks, "127.0.0.1", port)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        assert client.get("/health/live").json() == {"status": "ok"}
        ready = client.get("/health/ready")
        assert (ready.status_code, ready.json()) == (503, {"status": "unavailable", "down": ["broker"]})
        assert "password" not in ready.text
        checks["broker"] = fine
        assert client.get("/health/ready").json() == {"status": "ok", "down": []}
        metrics = client.get("/metrics")
        assert metrics.headers["content-type"].startswith("text/plain")
        assert "python_info" in metrics.text
        assert client.get("/nothing").status_code == 404


def test_port_zero_is_no_probe() -> None:
    before = threading.active_count()
    start_probe({}, "127.0.0.1", 0)
    assert threading.active_count() == before
