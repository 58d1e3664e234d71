"""Migrated databases for the services' tests."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shared.kernel.migrating import KEYRING
from tests.support.gateways import Databases
from tests.support.servers import MakeDatabase


@pytest.fixture(scope="session")
def databases(make_lasting_database: MakeDatabase) -> Databases:
    """Makes migrated databases that last as long as the session."""
    return Databases(make_lasting_database)


@pytest.fixture
def migrated(databases: Databases, make_database: MakeDatabase) -> Callable[[str], str]:
    """`migrated(service) -> url`: a migrated database of its own, dropped after the test."""
    return lambda service: databases.make(service, make_database)


@pytest.fixture(scope="session")
def keyring_url(databases: Databases) -> str:
    """One keyring for all: each person has a key of their own."""
    return databases.make(KEYRING)
