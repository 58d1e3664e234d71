"""A browser, and an installation that all walks share."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, sync_playwright

from deploy.native.folder import free_port
from khamrong.trial import SAMPLE
from shared.kernel import ids
from tests.support.browsing import launched
from tests.support.embedded import Embedded, up
from tests.support.staff_walk import Hand, hired
from tests.support.waiting import eventually


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


@pytest.fixture(scope="session")
def code(installation: Embedded) -> str:
    """The tracking code of a petition that tracking knows."""
    headers = {"Idempotency-Key": str(ids.new_id())}
    filed = httpx.post(f"{installation.url}/api/intake/v1/petitions", json=SAMPLE, headers=headers).json()
    found = f"{installation.url}/api/tracking/v1/t/{filed['tracking_code']}"
    eventually(lambda: httpx.get(found).status_code == 200, 30)
    return str(filed["tracking_code"])


@pytest.fixture(scope="session")
def head(installation: Embedded) -> Hand:
    """Of the whole authority."""
    return hired(installation, "sample5", "head")


@pytest.fixture(scope="session")
def engineer(installation: Embedded) -> Hand:
    """An officer of the public works division, whose the petitions of these walks are."""
    return hired(installation, "sample6", "officer", "works")


@pytest.fixture(scope="session")
def nurse(installation: Embedded) -> Hand:
    """An officer of another division."""
    return hired(installation, "sample4", "officer", "health")
