from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest

from services.notification.sms.memory_gateway import MemoryGateway
from shared.kernel import clock
from tests.support.gateways import Databases
from tests.support.notification import TextRoom, text_room


@pytest.fixture
def notification_url(migrated: Callable[[str], str]) -> str:
    """An empty notification database."""
    return migrated("notification")


@pytest.fixture
def sms() -> MemoryGateway:
    """A gateway that honours references."""
    return MemoryGateway()


@pytest.fixture
def room(notification_url: str, keyring_url: str, sms: MemoryGateway) -> Iterator[TextRoom]:
    """A notification that texts through the gateway in memory."""
    with text_room(notification_url, keyring_url, sms) as running:
        yield running


@pytest.fixture(scope="module")
def open_room(databases: Databases, keyring_url: str) -> Iterator[TextRoom]:
    """A notification that the tests of a module share."""
    with text_room(databases.make("notification"), keyring_url, MemoryGateway()) as running:
        yield running


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Sets the clock by hand."""
    return lambda moment: monkeypatch.setattr(clock, "now", lambda: moment)
