from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.feeds import Logs
from tests.support.servers import MakeDatabase
from tests.support.tracking import TrackingDatabase, tracking_database
from tests.support.tracking_app import Installation, installation


@pytest.fixture
def database(make_database: MakeDatabase) -> Iterator[TrackingDatabase]:
    """A tracking database of its own."""
    with tracking_database(make_database("tracking")) as made:
        yield made


@pytest.fixture
def logs() -> Logs:
    """The owners' logs, empty."""
    return Logs()


@pytest.fixture
def installed(database: TrackingDatabase, make_database: MakeDatabase) -> Iterator[Installation]:
    """A tracking service over an empty log."""
    with installation(database, make_database) as made:
        yield made
