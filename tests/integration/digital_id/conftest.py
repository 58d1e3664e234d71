"""One sandbox for the module; a relying party and a browser for the test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.digital_id import NAMED, Party, digital_id


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with digital_id() as base:
        yield base


@pytest.fixture(params=sorted(NAMED))
def party(request: pytest.FixtureRequest, url: str) -> Iterator[Party]:
    """Of either flavour, which behaves well."""
    yield from _party(url, request.param)


@pytest.fixture
def thaid(url: str) -> Iterator[Party]:
    yield from _party(url, "thaid")


@pytest.fixture
def dga(url: str) -> Iterator[Party]:
    yield from _party(url, "dga")


def _party(url: str, name: str) -> Iterator[Party]:
    party = Party(url, NAMED[name])
    party.behave()
    yield party
    party.http.close()
