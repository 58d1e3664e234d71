"""Logins and codes of invitations are limited: for a client, and for a person wherever they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.gateways import assert_problem, bearing, rows
from tests.support.identity import (
    BASE,
    OTHER_CITIZEN_ID,
    IdentityOffice,
    identity_office,
    identity_settings,
    in_memory,
    problem_of,
    somebody,
)

Opening = Callable[..., Any]


@pytest.fixture
def opening(migrated: Callable[[str], str], keyring_url: str, tmp_path: Path) -> Opening:
    """Opens an identity with these limits."""

    @contextmanager
    def opened(**limits: str) -> Iterator[IdentityOffice]:
        settings = identity_settings(migrated("identity"), keyring_url, tmp_path, **limits)
        with identity_office(settings, in_memory()) as running:
            yield running

    return opened


def test_a_client_begins_so_many_logins_and_is_then_told_how_long_to_wait(opening: Opening) -> None:
    with opening(logins_per_client="2/hour") as office:
        for _ in range(2):
            office.begin()
        refused = office.client.get(f"{BASE}/login/thaid", follow_redirects=False)
        assert problem_of(refused) == "too-many"
        wait = int(refused.headers["retry-after"])
        assert 3500 < wait <= 3600
        assert refused.headers["location"].endswith(f"&wait={wait}")
        assert rows(office.url, "SELECT count(*) FROM login_attempts") == [(2,)], "nothing was begun"
        assert "testclient" not in str(rows(office.url, "SELECT key FROM identity.failure_windows"))


def test_answers_that_lead_nowhere_are_limited_and_good_ones_are_not(opening: Opening) -> None:
    with opening(login_failures_per_client="2/hour") as office:
        for _ in range(4):
            assert problem_of(office.come_back(somebody())) == ""
        for _ in range(2):
            assert problem_of(office.answer(office.begin(), None, error="access_denied")) == "cancelled"
        waiting = office.begin()
        assert problem_of(office.answer(waiting, None, error="access_denied")) == "too-many"
        assert problem_of(office.come_back(somebody())) == "too-many"
        assert rows(office.url, "SELECT count(*) FROM login_attempts") == [(2,)], "what is not looked at is not used up"


@pytest.mark.parametrize("limit", ["invitation_failures_per_client", "invitation_failures_per_person"])
def test_wrong_codes_of_invitations_are_limited_and_right_ones_are_not(opening: Opening, limit: str) -> None:
    with opening(**{limit: "2/hour"}) as office:
        one, other = office.log_in(), office.log_in(somebody(OTHER_CITIZEN_ID))
        for code in ("AAAA-1111", "BBBB-2222"):
            assert_problem(accept(office, one, code), 404)
        refused = accept(office, one, "CCCC-3333")
        assert assert_problem(refused, 429)["type"] == "urn:khamrong:too-many-failures"
        assert 3500 < int(refused.headers["retry-after"]) <= 3600
        status = accept(office, other, "CCCC-3333").status_code
        assert status == (404 if limit.endswith("person") else 429), "another person from the same network"


def accept(office: IdentityOffice, session: dict[str, Any], code: str) -> httpx.Response:
    """Show a code."""
    headers = bearing(session["access_token"])
    answer: httpx.Response = office.client.post(
        f"{BASE}/staff/invitations/accept", json={"code": code}, headers=headers
    )
    return answer
