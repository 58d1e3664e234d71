"""Petitions that were filed without logging in become the member's, on pages that need no script."""

from __future__ import annotations

from typing import Any

import pytest

from services.intake.proofs.memory_proofs import OTP
from tests.samples.petitions import petitioner
from tests.support.account_portal import Browser, Lobby
from tests.support.filing_portal import path_of, shown, value_of
from tests.support.identity import CITIZEN_ID
from tests.support.intake import IntakeOffice

ASK, CODE = "/me/claims", "/me/claims/code"
Counter = tuple[Lobby, IntakeOffice]


@pytest.fixture
def member(counter_of_members: Counter) -> Browser:
    """The browser of somebody who has just become a member; tracking knows of no petition yet."""
    lobby, _ = counter_of_members
    browser = lobby.browser()
    browser.join()
    return browser


@pytest.fixture
def number(counter_of_members: Counter) -> str:
    """A petition that the same person filed without logging in."""
    return counter_of_members[1].number(petitioner=petitioner(citizen_id=CITIZEN_ID, phone="0812345678"))


def asked(browser: Browser, **typed: Any) -> Any:
    return browser.post(ASK, {"phone": "081 234 5678", **typed})


def member_of(counter: Counter, number: str) -> Any:
    return counter[1].intake.cases.find(number).petition.member_id


def test_the_phone_of_the_account_stands_there_and_the_code_makes_them_the_members(
    counter_of_members: Counter, member: Browser, number: str
) -> None:
    assert value_of(member.get(ASK), "phone") == "081 234 5678"
    page = asked(member)
    assert path_of(page) == CODE
    assert "หากมีคำร้องที่ยื่นด้วยเลขประจำตัวประชาชนของท่าน" in shown(page)
    for secret in (CITIZEN_ID, "0812345678", "812345678", number):
        assert secret not in page.text
        assert secret not in str(page.url)
    done = member.post(CODE, {"otp": OTP}, follow_redirects=False)
    assert done.headers["location"] == "/me/petitions?claimed=1"
    assert member_of(counter_of_members, number) is not None
    assert path_of(member.get(CODE)) == ASK, "the code is used"


def test_nothing_tells_whether_there_are_petitions_before_the_proof(member: Browser, number: str) -> None:
    pages = [asked(member), asked(member, phone="0898765432")]
    assert {(path_of(page), page.status_code, shown(page)) for page in pages} == {
        (CODE, 200, shown(pages[0])),
    }


def test_a_wrong_code_is_told_at_its_field_and_may_be_typed_again(
    counter_of_members: Counter, member: Browser, number: str
) -> None:
    asked(member)
    page = member.post(CODE, {"otp": "000000"})
    assert page.status_code == 422
    assert "รหัส OTP ไม่ถูกต้อง ใช้ไปแล้ว หรือหมดอายุ" in shown(page)
    assert 'href="#otp"' in page.text
    assert member_of(counter_of_members, number) is None


def test_a_phone_that_is_none_is_told_at_its_field(member: Browser) -> None:
    page = asked(member, phone="12")
    assert page.status_code == 422
    assert "หมายเลขโทรศัพท์ไม่ถูกต้อง" in shown(page)
    assert value_of(page, "phone") == "12"


def test_too_many_are_told_with_the_time_to_wait(counter_of_members: Counter, member: Browser) -> None:
    counter_of_members[1].proofs.closed = True
    page = asked(member)
    assert (page.status_code, page.headers["retry-after"]) == (429, "60")
    assert "มีการขอหรือกรอกรหัส OTP หลายครั้ง" in shown(page)


def test_while_nobody_can_send_a_code_the_page_says_so(counter_of_members: Counter, member: Browser) -> None:
    counter_of_members[1].proofs.answers = False
    assert asked(member).status_code == 503


def test_who_withdrew_the_consent_is_told_to_give_it_first(member: Browser) -> None:
    member.post("/me/consents", {"decision": "withdraw"})
    page = asked(member)
    assert page.status_code == 409
    assert "กรุณาให้ความยินยอมก่อน" in shown(page)


def test_it_is_for_members_and_begins_at_the_beginning(counter_of_members: Counter, member: Browser) -> None:
    assert path_of(member.get(CODE)) == ASK
    stranger = counter_of_members[0].browser()
    assert path_of(stranger.get(ASK)) == "/login"
    assert path_of(stranger.get(CODE)) == "/login"


@pytest.mark.parametrize("page", [ASK, CODE])
def test_the_pages_speak_english(member: Browser, page: str) -> None:
    asked(member)
    text = shown(member.get(page, params={"lang": "en"}))
    assert "petitions" in text
    assert "รหัส" not in text
