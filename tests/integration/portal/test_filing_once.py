"""However a petition is sent, one petition comes of it; and nothing that was typed is lost on the way."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from services.portal.drafts.store import KEPT
from shared.kernel import clock
from tests.support.filing_portal import (
    DETAILS,
    KEY,
    NEW,
    PLACE,
    Citizen,
    Counter,
    counter,
    hidden,
    path_of,
    shown,
    value_of,
)
from tests.support.gateways import facts_in, rows, together, unreachable
from tests.support.intake import IntakeOffice, intake_office

NUMBER = re.compile(r"KT1\d{12}")


def number_on(page: object) -> str:
    """The petition's number on a success page."""
    (number,) = set(NUMBER.findall(shown(page)))  # type: ignore[arg-type]
    return str(number)


def petitions(office: IntakeOffice) -> int:
    """How many were filed."""
    return facts_in(office.url).count("petition.filed")


def test_a_double_click_files_one_petition(filing: Counter, office: IntakeOffice) -> None:
    citizen = filing.citizen().begins().fills_in()
    form = {**hidden(citizen.get("confirm")), "action": "confirm"}
    tabs = [citizen.twin() for _ in range(6)]
    pages = together(lambda tab: tab.send("confirm", form), *tabs)
    assert {path_of(page) for page in pages} == {f"{NEW}/done"}
    assert len({number_on(page) for page in pages}) == 1
    assert petitions(office) == 1


def test_a_second_tab_and_a_reload_show_the_same_petition(filing: Counter, office: IntakeOffice) -> None:
    citizen = filing.citizen().begins().fills_in()
    other = {page: citizen.get(page) for page in ("details", "attachments", "review", "confirm")}
    number = number_on(citizen.press("confirm", "confirm"))
    for page, shown_before in other.items():
        late = citizen.send(page, {**hidden(shown_before), **DETAILS, "action": "next"})
        assert (path_of(late), number_on(late)) == (f"{NEW}/done", number)
    assert number_on(citizen.get("done")) == number
    assert path_of(citizen.get("confirm")) == f"{NEW}/done"
    assert petitions(office) == 1


@pytest.mark.parametrize("gone", [{"intake"}, {"intake", "documents", "tracking"}])
def test_with_intake_away_everything_stays_until_it_is_back(
    filing: Counter, office: IntakeOffice, gone: set[str]
) -> None:
    citizen = filing.citizen().begins()
    filing.switchboard.away |= gone
    citizen.fills_in()
    page = citizen.press("confirm", "confirm")
    assert (page.status_code, page.headers["Retry-After"]) == (503, "10")
    assert "ข้อมูลที่ท่านกรอกไว้ยังอยู่ครบ" in shown(page)
    assert value_of(citizen.get("details"), "details") == DETAILS["details"]
    filing.switchboard.away.clear()
    assert path_of(citizen.send("confirm", {**hidden(page), "action": "confirm"})) == f"{NEW}/done"
    assert petitions(office) == 1


def test_an_answer_that_was_lost_is_asked_for_again(filing: Counter, office: IntakeOffice) -> None:
    citizen = filing.citizen().begins().fills_in()
    filing.switchboard.mute = {"intake"}
    assert citizen.press("confirm", "confirm").status_code == 503
    assert petitions(office) == 1, "stored, without our hearing of it"
    filing.switchboard.mute.clear()
    assert path_of(citizen.press("confirm", "confirm")) == f"{NEW}/done"
    assert petitions(office) == 1


def test_changing_it_after_a_lost_answer_files_no_second_one(filing: Counter, office: IntakeOffice) -> None:
    citizen = filing.citizen().begins().fills_in()
    filing.switchboard.mute = {"intake"}
    citizen.press("confirm", "confirm")
    citizen.press("details", "next", {**DETAILS, "subject": "เปลี่ยนใจ"})
    citizen.press("confirm", "confirm")
    filing.switchboard.mute.clear()
    citizen.press("details", "next", {**DETAILS, "subject": "เปลี่ยนใจอีก"})
    done = citizen.press("confirm", "confirm")
    assert path_of(done) == f"{NEW}/done"
    assert "เรื่องถูกส่งไปแล้วก่อนการแก้ไขครั้งสุดท้าย" in shown(done)
    assert petitions(office) == 1


def test_what_intake_refuses_is_mended_and_sent(filing: Counter, office: IntakeOffice) -> None:
    """Its checks were away, so the mistake is found when it is filed."""
    citizen = filing.citizen().begins()
    filing.switchboard.away = {"intake"}
    citizen.fills_in(**{"petitioner.phone": "081"})
    filing.switchboard.away.clear()
    page = citizen.press("confirm", "confirm")
    assert path_of(page) == f"{NEW}/review"
    assert "หมายเลขโทรศัพท์ไม่ถูกต้อง" in shown(page)
    citizen.press("details", "next", DETAILS)
    assert path_of(citizen.press("confirm", "confirm")) == f"{NEW}/done"
    assert petitions(office) == 1


def test_who_files_too_often_is_told_how_long_to_wait(migrated: Callable[[str], str], keyring_url: str) -> None:
    with (
        intake_office(migrated("intake"), keyring_url, filing_limit_per_phone="1/hour") as office,
        counter(migrated("portal"), office) as filing,
    ):
        filing.citizen().begins().fills_in().press("confirm", "confirm")
        second = filing.citizen().begins().fills_in()
        page = second.press("confirm", "confirm")
        assert path_of(page) == f"{NEW}/review"
        assert re.search(r"กรุณารอประมาณ \d+ นาที", shown(page))
        assert value_of(second.get("details"), "subject") == DETAILS["subject"]
        assert petitions(office) == 1


def test_two_tabs_with_different_steps_both_count(filing: Counter) -> None:
    one = filing.citizen().begins()
    other = one.twin()
    details, place = one.get("details"), other.get("place")
    other.send("place", {**hidden(place), **PLACE, "action": "next"})
    one.send("details", {**hidden(details), **DETAILS, "action": "next"})
    assert value_of(one.get("place"), "place.description") == PLACE["place.description"]
    assert value_of(one.get("details"), "subject") == DETAILS["subject"]


def test_two_tabs_with_the_same_step_overwrite_nothing_unasked(filing: Counter) -> None:
    one = filing.citizen().begins()
    page = one.get("details")
    one.twin().send("details", {**hidden(page), **DETAILS, "action": "next"})
    late = one.send("details", {**hidden(page), **DETAILS, "subject": "อีกเรื่อง", "action": "next"})
    assert late.status_code == 409
    assert "ถูกแก้ไขจากหน้าต่างอื่น" in shown(late)
    assert value_of(late, "subject") == "อีกเรื่อง"
    assert value_of(one.get("details"), "subject") == DETAILS["subject"]
    one.send("details", {**hidden(late), **DETAILS, "subject": "อีกเรื่อง", "action": "next"})
    assert value_of(one.get("details"), "subject") == "อีกเรื่อง", "it was asked for"


def test_a_form_of_somebody_else_changes_nothing(filing: Counter) -> None:
    citizen = filing.citizen().begins()
    form = {**hidden(citizen.get("details")), **DETAILS, "csrf": "0" * 64, "action": "next"}
    answer = citizen.send("details", form)
    assert answer.status_code == 403
    assert value_of(answer, "subject") == DETAILS["subject"], "a page that was open for too long loses nothing"
    assert value_of(citizen.get("details"), "subject") == ""
    assert path_of(citizen.send("details", {**form, **hidden(answer)})) == f"{NEW}/place"


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}])
def test_no_other_site_can_file(filing: Counter, office: IntakeOffice, headers: dict[str, str]) -> None:
    citizen = filing.citizen().begins().fills_in()
    form = {**hidden(citizen.get("confirm")), "action": "confirm"}
    assert citizen.send("confirm", form, headers=headers).status_code == 403
    assert petitions(office) == 0


def test_what_is_typed_after_the_draft_ended_is_kept(filing: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    citizen = filing.citizen().begins()
    form = {**hidden(citizen.get("details")), **DETAILS, "action": "next"}
    later = clock.now() + KEPT + timedelta(minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    citizen.client.cookies = _unexpired(citizen)
    assert path_of(citizen.send("details", form)) == f"{NEW}/place"
    assert value_of(citizen.get("details"), "subject") == DETAILS["subject"]


def _unexpired(citizen: Citizen) -> dict[str, str]:
    return {cookie.name: cookie.value or "" for cookie in citizen.client.cookies.jar}


def test_with_the_drafts_away_the_page_comes_back_with_what_was_typed(filing: Counter) -> None:
    citizen = filing.citizen().begins()
    form = {**hidden(citizen.get("details")), **DETAILS, "action": "next"}
    with unreachable(filing.url):
        answer = citizen.send("details", form)
    assert answer.status_code == 503
    assert value_of(answer, "details") == DETAILS["details"]
    assert path_of(citizen.send("details", {**form, **hidden(answer)})) == f"{NEW}/place"


def test_nothing_that_was_typed_is_in_the_database_in_clear(filing: Counter) -> None:
    citizen = filing.citizen().begins().fills_in()
    (secret,) = [cookie.value for cookie in citizen.client.cookies.jar if "draft" in cookie.name]
    dump = "\n".join(text for (text,) in rows(filing.url, "SELECT d::text FROM drafts AS d"))
    assert len(dump) > 500
    for typed in (*DETAILS.values(), *PLACE.values(), str(secret), KEY.hex()):
        if len(typed) > 3:
            assert typed not in dump
            assert typed.encode().hex() not in dump
    citizen.press("confirm", "confirm")
    after = rows(filing.url, "SELECT length(sealed) FROM drafts")
    assert after[0][0] < 1000, "number and code; all that was typed is gone"
