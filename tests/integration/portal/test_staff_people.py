"""Administrators see who works for the authority, invite others and take roles away, against the real identity."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from services.portal.pages.staff.personnel import by_department
from shared.contracts.staff import StaffRole
from shared.kernel import ids
from tests.support.filing_portal import path_of, shown
from tests.support.identity import somebody
from tests.support.town_hall import Desk, TownHall, at_desk, hired

PEOPLE = "/staff/people"


def colleague(desk: Desk, role: StaffRole, department: str | None = None) -> str:
    """Somebody else who works there."""
    return hired((desk[0], TownHall()), role, department)


def test_who_works_here_is_told_and_a_role_taken_away(desk: Desk) -> None:
    hired(desk, StaffRole.ADMIN)
    other = colleague(desk, StaffRole.OFFICER, "works")
    browser = at_desk(desk)
    page = browser.get(PEOPLE)
    assert "สมชาย ใจดี เจ้าหน้าที่ผู้ดำเนินการ กองช่าง" in shown(page)
    address = f"{PEOPLE}/{other}/revocation"
    assert address in page.text
    without = browser.post(address, {"reason": " "}, page=PEOPLE)
    assert (without.status_code, f'id="reason-{other}-error"' in without.text) == (422, True)
    done = browser.post(address, {"reason": "ย้ายหน่วยงาน"}, page=PEOPLE)
    assert "ถอนบทบาทแล้ว" in shown(done)
    assert desk[0].office.identity.staff.find(UUID(other)) is None
    assert "ถอนบทบาทแล้ว" in shown(browser.post(address, {"reason": "อีกครั้ง"}, page=PEOPLE)), "twice is no error"


def test_nobody_takes_their_own_role_away(desk: Desk) -> None:
    me = hired(desk, StaffRole.ADMIN)
    browser = at_desk(desk)
    assert f"{me}/revocation" not in browser.get(PEOPLE).text
    refused = browser.post(f"{PEOPLE}/{me}/revocation", {"reason": "ลอง"}, page=PEOPLE)
    assert refused.status_code == 422
    assert desk[0].office.identity.staff.find(UUID(me)) is not None


def test_whoever_has_the_code_comes_in_by_it(desk: Desk) -> None:
    hired(desk, StaffRole.ADMIN)
    page = at_desk(desk).post(f"{PEOPLE}/invitations", {"role": "clerk", "department": "works"}, page=PEOPLE)
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
    code = page.text.split('id="code">')[1].split("<")[0]
    assert code not in str(page.url)
    newcomer = desk[0].browser()
    newcomer.log_in(somebody(ids.new_id().hex), return_to="/staff/invitation")
    accepted = newcomer.post("/staff/invitation", {"code": code})
    assert path_of(accepted) == "/staff/"
    assert "เจ้าหน้าที่รับเรื่อง" in shown(accepted)


@pytest.mark.parametrize("form", [{"role": ""}, {"role": "platform_admin"}, {"role": "clerk", "department": "ไม่มี"}])
def test_an_invitation_that_cannot_be_is_not_made(desk: Desk, form: dict[str, str]) -> None:
    hired(desk, StaffRole.ADMIN)
    page = at_desk(desk).post(f"{PEOPLE}/invitations", form, page=PEOPLE)
    assert page.status_code == 422
    assert "-error" in page.text


@pytest.mark.parametrize(("role", "department"), [(StaffRole.HEAD, None), (StaffRole.ADMIN, "works")])
def test_others_manage_nobody(desk: Desk, role: StaffRole, department: str | None) -> None:
    other = colleague(desk, StaffRole.CLERK)
    hired(desk, role, department)
    browser = at_desk(desk)
    assert browser.get(PEOPLE).status_code == 403
    revoked = browser.post(f"{PEOPLE}/{other}/revocation", {"reason": "x"}, page="/staff/queue")
    assert revoked.status_code == 403
    assert desk[0].office.identity.staff.find(UUID(other)) is not None


def test_the_whole_authority_comes_first() -> None:
    told: list[dict[str, Any]] = [
        {"department": "works", "role": "clerk", "name": "ก"},
        {"department": None, "role": "head", "name": None},
        {"department": None, "role": "clerk", "name": "ข"},
    ]
    assert [each["name"] for each in by_department(told)] == ["ข", None, "ก"]
