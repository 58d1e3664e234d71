from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from services.identity.wiring import Identity
from tests.support.gateways import Databases
from tests.support.identity import IdentityOffice, identity_office, identity_settings, in_memory


@pytest.fixture
def office(migrated: Callable[[str], str], keyring_url: str, tmp_path: Path) -> Iterator[IdentityOffice]:
    """An identity of its own, with providers in memory."""
    settings = identity_settings(migrated("identity"), keyring_url, tmp_path)
    with identity_office(settings, in_memory()) as running:
        yield running


@pytest.fixture(scope="module")
def open_office(
    databases: Databases, keyring_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[IdentityOffice]:
    """An identity that the tests of a module share."""
    settings = identity_settings(databases.make("identity"), keyring_url, tmp_path_factory.mktemp("identity"))
    with identity_office(settings, in_memory()) as running:
        yield running


@pytest.fixture
def identity(office: IdentityOffice) -> Identity:
    """An identity whose keys may be changed."""
    return office.identity


@pytest.fixture
def client(office: IdentityOffice) -> TestClient:
    """A client of its gateway, which believes its own keys."""
    return office.client


@pytest.fixture(scope="module")
def open_client(open_office: IdentityOffice) -> TestClient:
    """A client of an identity that the tests of a module share."""
    return open_office.client
