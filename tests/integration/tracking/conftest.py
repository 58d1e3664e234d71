from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from shared.kernel.migrating import KEYRING
from tests.support.feeds import Logs
from tests.support.tracking import TrackingDatabase, tracking_database
from tests.support.tracking_app import Installation, installation


@pytest.fixture
def database(migrated: Callable[[str], str]) -> Iterator[TrackingDatabase]:
    """A tracking database of its own."""
    with tracking_database(migrated("tracking")) as made:
        yield made


@pytest.fixture
def logs() -> Logs:
    """The owners' logs, empty."""
    return Logs()


@pytest.fixture
def installed(database: TrackingDatabase, migrated: Callable[[str], str]) -> Iterator[Installation]:
    """A tracking service over an empty log."""
    with installation(database, migrated(KEYRING)) as made:
        yield made
