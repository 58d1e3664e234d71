from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.documents import PaperRoom, paper_room
from tests.support.gateways import Databases


@pytest.fixture
def documents_url(migrated: Callable[[str], str]) -> str:
    """An empty documents database."""
    return migrated("documents")


@pytest.fixture
def papers(documents_url: str, keyring_url: str, tmp_path: Path) -> Iterator[PaperRoom]:
    """A documents service that has nothing yet."""
    with paper_room(documents_url, keyring_url, tmp_path / "vault") as running:
        yield running


@pytest.fixture(scope="module")
def open_papers(
    databases: Databases, keyring_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PaperRoom]:
    """A documents service that the tests of a module share."""
    with paper_room(databases.make("documents"), keyring_url, tmp_path_factory.mktemp("vault")) as running:
        yield running
