from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from services.identity.gateway import gateway
from services.identity.settings import IdentitySettings
from services.identity.wiring import Identity, build
from shared.gateway.tokens import Gatekeeper
from tests.support.gateways import KEK, Databases, base64_of, calling


def identity_over(url: str, keyring_url: str, folder: Path) -> Identity:
    """An identity with a new key and two clients."""
    settings = IdentitySettings(
        identity_database_url=url,
        keyring_database_url=keyring_url,
        keyring_kek=base64_of(KEK),
        identity_keys_dir=folder / "keys",
        identity_clients={"tracking": "a secret", "forgotten": ""},
    )
    return build(settings)


@pytest.fixture
def identity(migrated: Callable[[str], str], keyring_url: str, tmp_path: Path) -> Identity:
    """An identity whose keys may be changed."""
    return identity_over(migrated("identity"), keyring_url, tmp_path)


@pytest.fixture
def client(identity: Identity) -> Iterator[TestClient]:
    """A client of its gateway, which believes its own keys."""
    with calling(gateway(identity), Gatekeeper(lambda _: identity.keys.public())) as running:
        yield running


@pytest.fixture(scope="module")
def open_client(
    databases: Databases, keyring_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    """A client of an identity that the tests of a module share."""
    identity = identity_over(databases.make("identity"), keyring_url, tmp_path_factory.mktemp("identity"))
    with calling(gateway(identity), Gatekeeper(lambda _: identity.keys.public())) as running:
        yield running
