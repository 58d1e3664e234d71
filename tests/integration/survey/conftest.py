from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from shared.kernel import clock
from tests.support.feeds import EPOCH
from tests.support.survey import SurveyOffice, survey_office


@pytest.fixture
def survey_url(migrated: Callable[[str], str]) -> str:
    """An empty survey database."""
    return migrated("survey")


@pytest.fixture(autouse=True)
def _soon_after(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the day after the petitions of the samples ended."""
    monkeypatch.setattr(clock, "now", lambda: EPOCH + timedelta(days=1))


@pytest.fixture
def office(survey_url: str, keyring_url: str) -> Iterator[SurveyOffice]:
    """A survey that knows Kathu and no petition yet."""
    with survey_office(survey_url, keyring_url) as running:
        running.configure()
        yield running
