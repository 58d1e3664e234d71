"""The staff's entrance: by invitation, in positions, and closed to everybody else."""

from __future__ import annotations

import pytest

from services.identity.staff import Position
from shared.contracts.staff import StaffRole
from shared.gateway.limits.door import Attempt, TooManyFailures
from shared.kernel import ids
from tests.support.account_portal import Browser, Lobby
from tests.support.filing_portal import path_of, shown
from tests.support.gateways import facts_in
from tests.support.identity import CITIZEN_ID


def invited(entrance: Lobby, department: str | None = None) -> str:
    """The code of an invitation to be an officer of Kathu."""
    position = Position("kathu", StaffRole.OFFICER, department)
    return entrance.office.identity.staff.invite(position, "operator", ids.new_id()).code


def test_who_has_no_role_is_told_so(browser: Browser) -> None:
    browser.join()
    page = browser.get("/staff/")
    assert page.status_code == 403
    assert "ยังไม่มีบทบาทเจ้าหน้าที่" in shown(page)
    assert "งานเจ้าหน้าที่" not in shown(browser.get("/kathu/"))


def test_an_invitation_is_accepted_without_being_a_member_and_works_once(entrance: Lobby, browser: Browser) -> None:
    code = invited(entrance)
    browser.get("/kathu/login", params={"return_to": "/staff/invitation"})
    page = browser.log_in(return_to="/staff/invitation")
    assert path_of(page) == "/staff/invitation"
    landed = browser.post("/staff/invitation", {"code": code.lower()})
    assert path_of(landed) == "/staff/"
    for told in ("รับคำเชิญแล้ว", "สมชาย ใจดี", "เจ้าหน้าที่ผู้ดำเนินการ", "เทศบาลเมืองกะทู้", "ทั้งหน่วยงาน"):
        assert told in shown(landed)
    assert code not in str(landed.url)
    again = browser.post("/staff/invitation", {"code": code})
    assert again.status_code == 422
    assert "ถูกใช้ไปแล้ว" in shown(again)
    assert facts_in(entrance.office.url).count("staff.granted") == 1


def test_staff_come_in_without_a_members_account(entrance: Lobby) -> None:
    identity = entrance.office.identity
    head = Position("kathu", StaffRole.HEAD, "works")
    identity.staff.grant(identity.people.citizen_hash(CITIZEN_ID), head, None, "operator", ids.new_id())
    browser = entrance.browser()
    assert path_of(browser.log_in(return_to="/staff/")) == "/staff/"
    assert "หัวหน้าหน่วยงาน" in shown(browser.get("/staff/"))
    assert "งานเจ้าหน้าที่" in shown(browser.get("/kathu/"))
    assert path_of(browser.get("/me/")) == "/me/consent"


def test_after_too_many_wrong_codes_the_page_says_how_long_to_wait(
    entrance: Lobby, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(_client: str, _person: str) -> Attempt:
        raise TooManyFailures("invitation.target", 77)

    monkeypatch.setattr(entrance.office.identity.limits, "code", closed)
    browser.join()
    page = browser.post("/staff/invitation", {"code": "ABCD-EFGH"})
    assert (page.status_code, page.headers["retry-after"]) == (429, "77")
    assert "กรอกรหัสเชิญไม่ถูกต้องหลายครั้ง" in shown(page)


def test_an_empty_or_wrong_code_changes_nothing(entrance: Lobby, browser: Browser) -> None:
    browser.join()
    assert "กรุณากรอกรหัสเชิญ" in shown(browser.post("/staff/invitation"))
    assert "รหัสเชิญไม่ถูกต้อง" in shown(browser.post("/staff/invitation", {"code": "ABCD-EFGH"}))
    assert "staff.granted" not in facts_in(entrance.office.url)


def test_nobody_comes_in_without_logging_in(browser: Browser) -> None:
    page = browser.get("/staff/")
    assert path_of(page) == "/login"
    assert browser.client.post("/staff/invitation", data={"code": "x"}, follow_redirects=False).status_code == 303
