"""Sessions end: by themselves, by their person, and everywhere at once."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from services.identity.tokens import PERSONS_LIFETIME
from shared.kernel import clock
from tests.support.gateways import PUBLIC_URL, assert_problem, rows
from tests.support.identity import BASE, OTHER_CITIZEN_ID, IdentityOffice, somebody


class Watch:
    """A clock that is set by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = clock.now()
        monkeypatch.setattr(clock, "now", lambda: self.now)

    def passes(self, **duration: float) -> None:
        """Time goes on."""
        self.now += timedelta(**duration)


def logout(office: IdentityOffice, session: str) -> str | None:
    """The portal ends a session; where the browser goes then."""
    answer = office.client.post(f"{BASE}/logout", json={"session": session}, headers=office.service())
    assert answer.status_code == 200, answer.text
    told: str | None = answer.json()["redirect_to"]
    return told


def test_a_session_that_nobody_uses_ends(office: IdentityOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    session, watch = office.log_in(), Watch(monkeypatch)
    for _ in range(3):
        watch.passes(minutes=29)
        assert office.renewed(session["session"]).status_code == 200
    watch.passes(minutes=31)
    assert_problem(office.renewed(session["session"]), 401)


def test_a_session_ends_after_half_a_day_in_any_case(office: IdentityOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    session, watch = office.log_in(), Watch(monkeypatch)
    for _ in range(25):
        assert office.renewed(session["session"]).status_code == 200
        watch.passes(minutes=29)
    assert_problem(office.renewed(session["session"]), 401)
    office.log_in()
    assert rows(office.url, "SELECT count(*) FROM sessions") == [(1,)]


def test_a_persons_token_is_short_lived_and_no_longer_good_here_than_its_session(office: IdentityOffice) -> None:
    session = office.log_in()
    assert session["expires_in"] == PERSONS_LIFETIME.total_seconds() == 300
    assert office.me(session).status_code == 200
    logout(office, session["session"])
    assert_problem(office.me(session), 401)
    assert_problem(office.renewed(session["session"]), 401)


def test_all_sessions_of_a_person_end_at_once_and_nobody_elses(office: IdentityOffice) -> None:
    phone, desktop, stranger = office.log_in(), office.log_in(), office.log_in(somebody(OTHER_CITIZEN_ID))
    listed = office.me(phone, path="/sessions").json()
    assert [(each["session_id"], each["current"]) for each in listed] == [
        (phone["session_id"], True),
        (desktop["session_id"], False),
    ]
    assert office.me(desktop, "DELETE", "/sessions").status_code == 204
    assert [office.renewed(each["session"]).status_code for each in (phone, desktop, stranger)] == [401, 401, 200]


def test_logging_out_ends_our_session_first_and_then_the_providers(office: IdentityOffice) -> None:
    session = office.log_in()
    address = logout(office, session["session"])
    assert address is not None
    assert address.startswith("https://thaid.example/logout?")
    assert logout(office, session["session"]) is None
    state = parse_qs(urlsplit(address).query)["state"][0]
    back = f"{BASE}/logged-out/thaid"
    assert_problem(office.client.get(back, follow_redirects=False), 400)
    assert_problem(office.client.get(back, params={"state": "another"}, follow_redirects=False), 400)
    assert_problem(office.client.get(f"{BASE}/logged-out/dga", params={"state": state}, follow_redirects=False), 400)
    answers = [office.client.get(back, params={"state": state}, follow_redirects=False) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 400]
    assert answers[0].headers["location"] == f"{PUBLIC_URL}/logged-out"


def test_logging_out_works_while_the_provider_is_down(office: IdentityOffice) -> None:
    session = office.log_in()
    office.providers["thaid"].answers = False
    assert logout(office, session["session"]) is None
    assert_problem(office.renewed(session["session"]), 401)


def test_the_secret_of_a_session_is_not_in_the_database(office: IdentityOffice) -> None:
    session = office.log_in()
    assert session["session"] not in str(rows(office.url, "SELECT s::text FROM sessions s"))
