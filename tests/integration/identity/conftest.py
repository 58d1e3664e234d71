from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from services.identity.gateway import gateway
from services.identity.settings import IdentitySettings
from services.identity.wiring import Identity, build
from shared.gateway.tokens import Gatekeeper
from tests.support.gateways import KEK, base64_of, calling


@pytest.fixture
def identity(migrated: Callable[[str], str], keyring_url: str, tmp_path: Path) -> Identity:
    """An identity with a new key and two clients."""
    settings = IdentitySettings(
        identity_database_url=migrated("identity"),
        keyring_database_url=keyring_url,
        keyring_kek=base64_of(KEK),
        identity_keys_dir=tmp_path / "keys",
        identity_clients={"tracking": "a secret", "forgotten": ""},
    )
    return build(settings)


@pytest.fixture
def client(identity: Identity) -> Iterator[TestClient]:
    """A client of its gateway, which believes its own keys."""
    with calling(gateway(identity), Gatekeeper(lambda _: identity.keys.public())) as running:
        yield running
