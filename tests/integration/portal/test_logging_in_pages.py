"""Logging in with Digital ID at the portal: there, back, and into a session that the browser knows nothing about."""

from __future__ import annotations

import httpx
import pytest

from services.portal.clients import accounts
from shared.gateway.limits.door import TooManyFailures
from shared.kernel import clock
from tests.support.account_portal import Browser, Lobby
from tests.support.filing_portal import path_of, shown
from tests.support.gateways import PUBLIC_URL, facts_in, rows
from tests.support.identity import CITIZEN_ID, PHONE, cookie_of, somebody


def sessions(entrance: Lobby) -> int:
    """How many sessions there are."""
    return int(rows(entrance.office.url, "SELECT count(*) FROM sessions")[0][0])


def passes(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Time goes on, for what is kept in the process."""
    now = clock.monotonic()
    monkeypatch.setattr(clock, "monotonic", lambda: now + seconds)


def test_the_page_offers_every_provider_and_the_way_without(browser: Browser) -> None:
    page = browser.get("/kathu/login")
    for told in ("เข้าสู่ระบบด้วย ThaiD", "เข้าสู่ระบบด้วย DGA Digital ID", "ไม่ต้องกรอกข้อมูลส่วนตัวทุกครั้ง"):
        assert told in shown(page)
    assert 'href="/kathu/petitions/new"' in page.text
    assert page.headers["cache-control"] == "no-store"


def test_a_first_login_leads_to_the_consent_with_nothing_about_the_person_in_any_address(browser: Browser) -> None:
    page = browser.log_in()
    assert path_of(page) == "/me/consent"
    for told in ("การยินยอมให้ใช้ข้อมูล", "ข้อมูลที่ใช้", "ใช้เพื่ออะไร", "เก็บไว้นานเท่าใด", "ฉบับที่ 1"):
        assert told in shown(page)
    addresses = [str(answer.url) for answer in (*page.history, page)][1:]
    assert addresses == [f"{PUBLIC_URL}/login/done", f"{PUBLIC_URL}/me/consent"]


def test_the_session_is_an_opaque_cookie_for_this_host_alone_and_the_hand_over_is_gone(browser: Browser) -> None:
    before = browser.get("/kathu/").cookies.get("__Host-khamrong")
    arrived = next(each for each in browser.log_in().history if each.url.path == "/login/done")
    kept = [header for header in arrived.headers.get_list("set-cookie") if header.startswith("__Host-session=")]
    assert len(kept) == 1
    assert {"HttpOnly", "Path=/", "SameSite=lax", "Secure"} <= set(kept[0].split("; "))
    assert "domain" not in kept[0].lower()
    assert len(browser.session) == 43
    assert browser.client.cookies.get("__Host-khamrong-handover") is None
    assert browser.client.cookies["__Host-khamrong"] != before, "tokens of forms change with the session"


def test_who_has_an_account_is_led_to_the_wanted_page(entrance: Lobby) -> None:
    entrance.browser().join()
    browser = entrance.browser()
    assert path_of(browser.log_in(return_to="/kathu/about")) == "/kathu/about"
    by_dga = somebody(issuer="https://dga.example")
    assert path_of(entrance.browser().log_in(by_dga, provider="dga")) == "/kathu/", "one person by both providers"
    assert path_of(browser.get("/kathu/login")) == "/kathu/", "nobody logs in twice"


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "/logout", "/api/identity/v1/me", "/a\tb"],
)
def test_a_login_leads_to_pages_of_this_site_alone(entrance: Lobby, elsewhere: str) -> None:
    entrance.browser().join()
    assert str(entrance.browser().log_in(return_to=elsewhere).url) == f"{PUBLIC_URL}/kathu/"


def test_every_login_has_a_session_of_its_own_and_ends_the_one_before(entrance: Lobby, browser: Browser) -> None:
    browser.join()
    former = browser.session
    straight = browser.get("/api/identity/v1/login/thaid?return_to=/login/done", follow_redirects=False)
    browser.come_back(straight.headers["location"], somebody())
    assert browser.session not in ("", former)
    assert sessions(entrance) == 1


def test_a_hand_over_works_once_and_a_stranger_gets_nothing_for_it(entrance: Lobby, browser: Browser) -> None:
    callback = browser.log_in().history[0]
    thief = entrance.browser()
    thief.client.cookies.set("__Host-khamrong-handover", cookie_of(callback, "khamrong-handover"))
    page = thief.get("/login/done")
    assert "ใช้เวลานานเกินไป" in shown(page)
    assert thief.session == ""
    assert sessions(entrance) == 1


@pytest.mark.parametrize(
    ("problem", "told"),
    [
        ("cancelled", "การยืนยันตัวตนถูกยกเลิก"),
        ("expired", "ใช้เวลานานเกินไป"),
        ("unavailable", "ยังไม่ตอบสนอง"),
        ("refused", "ยืนยันตัวตนไม่สำเร็จ"),
    ],
)
def test_a_login_that_came_to_nothing_leads_back_to_the_same_door_and_says_why(
    browser: Browser, problem: str, told: str
) -> None:
    browser.get("/kathu/login", params={"return_to": "/kathu/about"})
    page = browser.get("/login", params={"problem": problem})
    assert path_of(page) == "/kathu/login"
    assert page.url.params["return_to"] == "/kathu/about"
    assert told in shown(page)


def test_whoever_cancels_at_the_provider_is_told_so_and_may_try_again(browser: Browser) -> None:
    page = browser.come_back(browser.go(), None)
    assert "ถูกยกเลิก" in shown(page)
    assert path_of(browser.log_in()) == "/me/consent"


def test_a_provider_that_does_not_answer_is_told_on_the_page(entrance: Lobby, browser: Browser) -> None:
    entrance.office.providers["thaid"].answers = False
    browser.get("/kathu/login")
    page = browser.get("/api/identity/v1/login/thaid?return_to=/login/done")
    assert path_of(page) == "/kathu/login"
    assert "ผู้ให้บริการยืนยันตัวตนยังไม่ตอบสนอง" in shown(page)


def test_after_too_many_logins_the_page_says_how_long_to_wait_and_what_goes_on(
    entrance: Lobby, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(_client: str) -> None:
        raise TooManyFailures("login.client", 77)

    monkeypatch.setattr(entrance.office.identity.limits, "begin", closed)
    browser.get("/kathu/login")
    page = browser.get("/api/identity/v1/login/thaid", params={"return_to": "/login/done"})
    assert (page.status_code, page.headers["retry-after"]) == (429, "77")
    assert path_of(page) == "/kathu/login"
    assert "มีการเข้าสู่ระบบถี่เกินไป" in shown(page)


def test_the_page_without_an_authority_works_too(browser: Browser) -> None:
    page = browser.get("/me/")
    assert path_of(page) == "/login"
    assert "เข้าสู่ระบบด้วย ThaiD" in shown(page)
    assert "เลือกหน่วยงาน" in shown(page)


def test_while_identity_is_away_the_page_says_so_and_everything_anonymous_goes_on(entrance: Lobby) -> None:
    entrance.switchboard.away.add("identity")
    browser = entrance.browser()
    page = browser.get("/kathu/login")
    assert "เข้าสู่ระบบไม่ได้ชั่วคราว" in shown(page)
    assert "/api/identity/" not in page.text
    browser.client.cookies.set("__Host-session", "of-somebody-who-was-logged-in")
    for path in ("/", "/kathu/", "/kathu/petitions/new", "/kathu/track", "/kathu/about"):
        assert browser.get(path).status_code == 200, path
    begun = browser.post("/kathu/petitions/new", {"action": "start"})
    assert path_of(begun) == "/kathu/petitions/new/details"
    own = browser.get("/me/")
    assert own.status_code == 503
    assert "ระบบไม่พร้อมให้บริการชั่วคราว" in shown(own)
    assert browser.session, "the session may go on when identity is back"


def test_identity_is_not_waited_for_on_every_page(entrance: Lobby, browser: Browser) -> None:
    browser.join()
    entrance.portal.accounts.forget(browser.session)
    entrance.switchboard.away.add("identity")
    entrance.switchboard.asked.clear()
    for _ in range(3):
        assert browser.get("/kathu/").status_code == 200
    assert len([each for each in entrance.switchboard.asked if "/identity/" in each]) == 1


def test_who_was_known_a_moment_ago_stays_so_while_identity_is_away(
    entrance: Lobby, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.join()
    entrance.switchboard.away.add("identity")
    passes(monkeypatch, accounts.FRESH_SECONDS + 1)
    assert "สมชาย ใจดี" in shown(browser.get("/kathu/"))
    passes(monkeypatch, 300)
    assert "สมชาย ใจดี" not in shown(browser.get("/kathu/"))


def test_a_session_that_was_ended_elsewhere_ends_here_and_takes_its_cookie_along(
    entrance: Lobby, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.join()
    rows(entrance.office.url, "DELETE FROM sessions RETURNING 1")
    assert path_of(browser.get("/me/")) == "/kathu/login", "what is personal is asked of identity each time"
    passes(monkeypatch, accounts.FRESH_SECONDS + 1)
    assert "สมชาย ใจดี" not in shown(browser.get("/kathu/"))
    assert browser.session == ""


def test_identity_is_asked_for_a_token_once_for_many_pages(entrance: Lobby, browser: Browser) -> None:
    browser.join()
    browser.get("/kathu/")
    entrance.switchboard.asked.clear()
    for _ in range(5):
        browser.get("/kathu/")
    assert [each for each in entrance.switchboard.asked if "/identity/" in each] == []


def test_the_portal_gets_a_new_token_of_its_own_when_the_old_one_is_not_believed(
    entrance: Lobby, browser: Browser
) -> None:
    refused = []

    def once(request: httpx.Request) -> httpx.Response:
        refused.append(request.url.path)
        del entrance.switchboard.instead["identity"]
        return httpx.Response(401, json={"type": "about:blank", "status": 401})

    browser.join()
    entrance.portal.accounts.forget(browser.session)
    entrance.switchboard.instead["identity"] = once
    assert "สมชาย ใจดี" in shown(browser.get("/kathu/"))
    assert refused == ["/api/identity/v1/sessions/tokens"]


def test_a_portal_that_identity_does_not_know_serves_everything_that_is_anonymous(entrance: Lobby) -> None:
    entrance.portal.accounts._own._secret = "another"
    browser = entrance.browser()
    assert browser.log_in().status_code == 503
    assert browser.get("/kathu/petitions/new").status_code == 200


def test_logging_out_ends_the_session_here_and_leads_to_the_providers(entrance: Lobby, browser: Browser) -> None:
    browser.join()
    page = browser.post("/logout", page="/kathu/")
    assert page.status_code == 200
    assert page.headers["refresh"].startswith("0; url=https://thaid.example/logout?")
    assert CITIZEN_ID not in page.headers["refresh"]
    assert "สมชาย" not in page.text
    assert browser.session == ""
    assert sessions(entrance) == 0
    assert path_of(browser.get("/me/")) == "/kathu/login"


def test_the_end_is_told_also_after_the_providers(browser: Browser) -> None:
    browser.join()
    told = browser.post("/logout", page="/kathu/").headers["refresh"]
    state = httpx.URL(told.partition("url=")[2]).params["state"]
    page = browser.get("/api/identity/v1/logged-out/thaid", params={"state": state})
    assert path_of(page) == "/logged-out"
    assert "ออกจากระบบแล้ว" in shown(page)


def test_this_browser_is_logged_out_also_while_identity_is_away(entrance: Lobby, browser: Browser) -> None:
    browser.join()
    entrance.switchboard.away.add("identity")
    assert path_of(browser.post("/logout", page="/kathu/")) == "/logged-out"
    assert browser.session == ""


def test_what_opened_petitions_is_gone_with_the_session(browser: Browser) -> None:
    browser.join()
    for name in ("looked-up", "proof", "step-up"):
        browser.client.cookies.set(f"__Host-{name}", "something", domain="khamrong.example")
    browser.post("/logout", page="/kathu/")
    left = {name.removeprefix("__Host-") for name in browser.client.cookies}
    assert left.isdisjoint({"looked-up", "proof", "step-up", "session", "entrance"})


def test_no_form_works_without_its_token(entrance: Lobby, browser: Browser) -> None:
    browser.join()
    for path in ("/logout", "/me/consent", "/me/join", "/me/profile", "/me/consents", "/me/erase", "/me/sessions"):
        answer = browser.client.post(path, data={"sure": "yes", "decision": "withdraw"})
        assert answer.status_code == 403, path
    assert facts_in(entrance.office.url) == ["login.succeeded", "member.registered", "consent.given"]
    assert sessions(entrance) == 1


def test_an_authoritys_own_domain_leads_to_the_main_address_to_log_in(entrance: Lobby) -> None:
    browser = entrance.browser("https://kathu.example")
    known = entrance.portal.directory
    browser.get("/")
    profile = known._known["kathu"]  # type: ignore[index]
    known._known["kathu"] = profile.model_copy(  # type: ignore[index]
        update={"settings": profile.settings.model_copy(update={"domain": "kathu.example"})}
    )
    answer = browser.get("/login", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PUBLIC_URL}/kathu/login")


def test_nothing_about_the_person_is_logged(browser: Browser, capfd: pytest.CaptureFixture[str]) -> None:
    browser.join()
    browser.get("/me/")
    token = browser.session
    browser.post("/logout", page="/kathu/")
    printed = "".join(capfd.readouterr())
    for secret in (token, CITIZEN_ID, PHONE, "สมชาย", "081 234 5678"):
        assert secret not in printed
