"""Figures of many petitions come from an index alone, and are kept until something happens."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from services.tracking.queries import figures, statistics
from shared.kernel import clock
from tests.support.tracking import TrackingDatabase, case, configure, tell
from tests.support.tracking_app import Installation
from tests.support.tracking_rows import generate, plan_of

FIGURES = "/api/tracking/v1/statistics"
QUERY = {"authority": "kathu", "fiscal_year": 2567}


def total(client: TestClient) -> int:
    return int(client.get(FIGURES, params=QUERY).json()["total"])


def test_figures_come_from_the_index_alone(database: TrackingDatabase) -> None:
    generate(database, 20_000)
    wanted = figures.which("kathu", 2567)
    for query in (figures.tallied(wanted, clock.now()), figures.spread(wanted), figures.places(wanted)):
        assert "Index Only Scan using petition_by_year" in plan_of(database, query)


def test_they_are_computed_once_until_something_happens(
    installed: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(installed.logs)
    first, second = case(1), case(2)
    tell(installed.logs, first, [("intake", first.filed())])
    installed.catch_up()
    client, computed = installed.client(installed.app()), []
    whole = statistics.Statistics.public

    def counted(self: statistics.Statistics, *asked: Any) -> dict[str, Any] | None:
        computed.append(asked)
        return whole(self, *asked)

    monkeypatch.setattr(statistics.Statistics, "public", counted)
    assert [total(client) for _ in range(3)] == [1, 1, 1]
    assert len(computed) == 1
    tell(installed.logs, second, [("intake", second.filed())])
    installed.catch_up()
    later = clock.monotonic() + 30
    monkeypatch.setattr(clock, "monotonic", lambda: later)
    assert [total(client) for _ in range(3)] == [2, 2, 2]
    assert len(computed) == 2
