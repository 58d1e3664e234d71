"""A browser, and an installation that all walks share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from deploy.native.folder import free_port
from tests.support.browsing import launched
from tests.support.embedded import Embedded, up


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = launched(playwright)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """As `make run` starts it."""
    with up(tmp_path_factory.mktemp("browser") / "data", free_port()) as started:
        yield started
