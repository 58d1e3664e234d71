"""From the login's beginning to a session, and what must not lead to one."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

import pytest

from services.identity import sessions
from services.identity.login import LIFETIME, VerifiedPerson
from shared.kernel import clock
from tests.support.gateways import PUBLIC_URL, assert_problem, facts_in, raw_log, rows, together
from tests.support.identity import (
    BASE,
    CITIZEN_ID,
    OTHER_CITIZEN_ID,
    IdentityOffice,
    cookie_of,
    problem_of,
    somebody,
)


def code_for(office: IdentityOffice, person: VerifiedPerson, provider: str = "thaid") -> str:
    """A code that the provider in memory takes for this person's login."""
    people = office.providers[provider].people
    assert isinstance(people, dict)
    people[f"code-{len(people)}"] = person
    return f"code-{len(people) - 1}"


def ages(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    """Time goes on."""
    later = clock.now() + by
    monkeypatch.setattr(clock, "now", lambda: later)


def test_the_ways_to_log_in_are_listed(open_office: IdentityOffice) -> None:
    listed = open_office.client.get(f"{BASE}/providers").json()
    assert listed == [{"code": "thaid", "label": "ThaiD"}, {"code": "dga", "label": "DGA Digital ID"}]


def test_a_login_leads_back_to_the_page_with_a_cookie_and_nothing_in_the_address(office: IdentityOffice) -> None:
    answer = office.answer(office.begin(return_to="/me/?tab=1"), code_for(office, somebody()))
    assert answer.headers["location"] == f"{PUBLIC_URL}/me/?tab=1"
    assert len(cookie_of(answer, "khamrong-handover")) == 43
    for header in answer.headers.get_list("set-cookie"):
        assert header.startswith("__Host-khamrong-")
        assert {"HttpOnly", "Path=/", "SameSite=lax", "Secure"} <= set(header.split("; "))
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert facts_in(office.url) == ["login.succeeded"]
    assert rows(office.url, "SELECT count(*) FROM login_attempts") == [(0,)]


def test_a_hand_over_makes_one_session_and_only_for_the_portal(office: IdentityOffice) -> None:
    handover = cookie_of(office.come_back(somebody()), "khamrong-handover")
    body = {"handover": handover}
    assert_problem(office.client.post(f"{BASE}/sessions", json=body), 401)
    without_scope = office.service("tracking", "a secret")
    assert_problem(office.client.post(f"{BASE}/sessions", json=body, headers=without_scope), 403)
    first, second = office.exchanged(handover), office.exchanged(handover)
    assert (first.status_code, second.status_code) == (201, 401)
    session = first.json()
    assert (session["registered"], session["provider"], session["assurance_level"]) == (False, "thaid", "2.3")
    assert office.renewed(session["session"]).status_code == 200
    assert office.renewed("another").status_code == 401
    assert office.renewed(session["session"]).json()["session"] is None


def test_of_two_who_show_one_hand_over_one_gets_the_session(office: IdentityOffice) -> None:
    handover = cookie_of(office.come_back(somebody()), "khamrong-handover")
    assert sorted(answer.status_code for answer in together(office.exchanged, *[handover] * 4)) == [201, 401, 401, 401]


def test_a_hand_over_is_good_for_a_minute(office: IdentityOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    handover = cookie_of(office.come_back(somebody()), "khamrong-handover")
    service = office.service()
    ages(monkeypatch, sessions.HANDOVER_LIFETIME + timedelta(seconds=1))
    assert_problem(office.client.post(f"{BASE}/sessions", json={"handover": handover}, headers=service), 401)


def test_an_answer_counts_once(office: IdentityOffice) -> None:
    """State replay: the second time nothing is known of it, whatever code comes with it."""
    begun = office.begin()
    first = office.answer(begun, code_for(office, somebody()))
    again = office.answer(begun, code_for(office, somebody()))
    assert (problem_of(first), problem_of(again)) == ("", "expired")
    assert facts_in(office.url) == ["login.succeeded"]


def test_a_code_counts_once(office: IdentityOffice) -> None:
    code = code_for(office, somebody())
    assert problem_of(office.answer(office.begin(), code)) == ""
    assert problem_of(office.answer(office.begin(), code)) == "refused"
    assert facts_in(office.url) == ["login.succeeded", "login.failed"]


@pytest.mark.parametrize(
    ("changed", "problem", "reason"),
    [
        ({"cookie": "of another browser"}, "expired", "other_browser"),
        ({"cookie": ""}, "expired", "other_browser"),
        ({"at": "dga"}, "refused", "other_provider"),
        ({"iss": "https://dga.example"}, "refused", "other_issuer"),
        ({"code": None}, "refused", "provider_error"),
        ({"code": None, "error": "access_denied"}, "cancelled", "cancelled"),
        ({"code": None, "error": "<script>"}, "refused", "provider_error"),
    ],
)
def test_what_is_not_the_answer_to_this_attempt_ends_it(
    office: IdentityOffice, changed: dict[str, str | None], problem: str, reason: str
) -> None:
    begun, code = office.begin(), code_for(office, somebody())
    answer = office.answer(begun, code, **changed)
    assert problem_of(answer) == problem
    assert cookie_of(answer, "khamrong-handover") == ""
    assert rows(office.url, "SELECT data ->> 'reason' FROM eventlog.facts") == [(reason,)]
    assert problem_of(office.answer(begun, code)) == "expired"


def test_an_answer_without_or_with_an_unknown_state_is_no_fact(office: IdentityOffice) -> None:
    begun = office.begin()
    for state in (None, "", "made up"):
        assert problem_of(office.answer(begun, "code", state=state)) == "expired"
    assert facts_in(office.url) == []


def test_whoever_takes_too_long_begins_again(office: IdentityOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, code = office.begin(), code_for(office, somebody())
    ages(monkeypatch, LIFETIME + timedelta(seconds=1))
    assert problem_of(office.answer(begun, code)) == "expired"


def test_a_provider_that_is_down_is_told_on_the_page(office: IdentityOffice) -> None:
    begun, code = office.begin(), code_for(office, somebody())
    office.providers["thaid"].answers = False
    answer = office.client.get(f"{BASE}/login/thaid", follow_redirects=False)
    assert (problem_of(answer), problem_of(office.answer(begun, code))) == ("unavailable", "unavailable")
    assert answer.headers["location"] == f"{PUBLIC_URL}/login?problem=unavailable"
    assert office.client.get("/health/ready").status_code == 200


@pytest.mark.parametrize(
    "page",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "evil", "", "/me\r\nX: y",
     "/a b", "javascript:alert(1)", "/api/identity/v1/me", "/sandbox/sms", "/\t/evil.example", "/" + "x" * 500],
)  # fmt: skip
def test_people_are_sent_back_to_pages_of_this_site_only(open_office: IdentityOffice, page: str) -> None:
    answer = open_office.client.get(f"{BASE}/login/thaid?return_to={quote(page, safe='')}", follow_redirects=False)
    assert answer.status_code in (400, 422)
    assert "location" not in answer.headers


def test_an_unknown_provider_is_404(open_office: IdentityOffice) -> None:
    for path in ("login", "callback"):
        assert_problem(open_office.client.get(f"{BASE}/{path}/nobody", follow_redirects=False), 404)


def test_one_person_by_two_providers_is_one_person(office: IdentityOffice) -> None:
    by_thaid = office.log_in(somebody())
    by_dga = office.log_in(somebody(issuer="https://dga.example", subject="7", assurance_level="1.3"), "dga")
    other = office.log_in(somebody(OTHER_CITIZEN_ID))
    assert by_thaid["person_id"] == by_dga["person_id"] != other["person_id"]
    assert office.me(by_dga).json()["providers"] == ["dga", "thaid"]


def test_one_person_who_logs_in_twice_at_the_same_moment_is_one_person(office: IdentityOffice) -> None:
    logins = [(office.begin(provider), provider) for provider in ("thaid", "dga") for _ in range(3)]
    codes = [code_for(office, somebody(issuer=f"https://{provider}.example"), provider) for _, provider in logins]
    answers = together(lambda pair: office.answer(pair[0][0], pair[1]), *zip(logins, codes, strict=True))
    assert [problem_of(answer) for answer in answers] == [""] * 6
    assert rows(office.url, "SELECT count(*) FROM persons") == [(1,)]


def test_an_account_that_tells_of_somebody_else_is_refused(office: IdentityOffice) -> None:
    """A provider that gives a subject to another person must not open the first one's account."""
    office.log_in(somebody(subject="1"))
    assert problem_of(office.come_back(somebody(OTHER_CITIZEN_ID, subject="1"))) == "refused"


def test_nothing_about_the_person_is_readable_in_the_database(office: IdentityOffice) -> None:
    office.log_in()
    stored = raw_log(office.url) + str(rows(office.url, "SELECT p::text, a::text FROM persons p, accounts a"))
    for text in (CITIZEN_ID, "สมชาย", "ใจดี", "subject-of"):
        assert text not in stored
