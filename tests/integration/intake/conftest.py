from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.support.gateways import Databases
from tests.support.intake import IntakeOffice, intake_office


@pytest.fixture
def intake_url(migrated: Callable[[str], str]) -> str:
    """An empty intake database."""
    return migrated("intake")


@pytest.fixture
def office(intake_url: str, keyring_url: str) -> Iterator[IntakeOffice]:
    """An intake that has no petition yet."""
    with intake_office(intake_url, keyring_url) as running:
        yield running


@pytest.fixture(scope="module")
def open_office(databases: Databases, keyring_url: str) -> Iterator[IntakeOffice]:
    """An intake that the tests of a module share."""
    with intake_office(databases.make("intake"), keyring_url) as running:
        yield running
