"""The portal knows the authorities while intake is away, and asks once for everybody."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from services.intake.authority import authority_from_yaml
from services.portal.clients.directory import Directory
from services.portal.clients.gateways import Gateways, Unavailable
from shared.kernel import clock
from tests.support.sources import ROOT

KATHU = authority_from_yaml((ROOT / "deploy/authorities/kathu.yaml").read_text(encoding="utf-8"))


def run(asking: Coroutine[Any, Any, None]) -> None:
    """In a thread of its own: beside tests with a browser this one's has a loop already."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, asking).result()


class Intake:
    """Answers with one authority, unless it is away."""

    def __init__(self) -> None:
        self.is_away, self.asked = False, 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if self.is_away:
            raise httpx.ConnectError("away")
        profile: Any = KATHU.model_dump(mode="json")
        return httpx.Response(200, json=profile if request.url.path.endswith("/kathu") else [profile])


def directory(intake: Intake) -> Directory:
    return Directory(Gateways(lambda _: "http://intake.example", httpx.MockTransport(intake)))


def test_many_who_ask_at_once_ask_intake_once() -> None:
    intake = Intake()

    async def asking() -> None:
        known = directory(intake)
        found = await asyncio.gather(*(known.find("kathu") for _ in range(20)))
        assert {each.code for each in found if each} == {"kathu"}

    run(asking())
    assert intake.asked == 2, "the list, and the one profile"


def test_what_is_known_serves_while_intake_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    intake, now = Intake(), clock.monotonic()

    async def asking() -> None:
        known = directory(intake)
        await known.all()
        intake.is_away = True
        monkeypatch.setattr(clock, "monotonic", lambda: now + 3600)
        assert (await known.find("kathu")) is not None
        assert (await known.at_domain("nobody.example")) is None

    run(asking())


def test_with_nothing_known_it_says_that_intake_is_away_and_asks_again_later(monkeypatch: pytest.MonkeyPatch) -> None:
    intake, now = Intake(), clock.monotonic()
    intake.is_away = True

    async def asking() -> None:
        known = directory(intake)
        for _ in range(5):
            with pytest.raises(Unavailable):
                await known.all()
        assert intake.asked == 1, "not for every request"
        intake.is_away = False
        monkeypatch.setattr(clock, "monotonic", lambda: now + 10)
        assert "kathu" in await known.all()

    run(asking())
