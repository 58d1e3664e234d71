"""The staff's queue: filtered, counted, saved, done in bulk, in the position that was chosen."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from html import unescape
from typing import Any

import httpx
import pytest

from services.portal.pages.staff.queue.bulk import MOST
from services.portal.saved_filters import MOST as MOST_SAVED
from shared.contracts.staff import StaffRole
from shared.kernel.database import connect
from tests.support.filing_portal import path_of, shown
from tests.support.gateways import rows
from tests.support.town_hall import (
    NUMBER,
    OPEN,
    STALE,
    Desk,
    TownHall,
    at_desk,
    entry,
    figures,
    hired,
    refusal,
    row,
    whole,
)

OTHER = "KT1080767000012"


def query_of(hall: TownHall, path: str = "/petitions") -> dict[str, list[str]]:
    """What tracking was asked last."""
    asked = [each for each in hall.asked if each.path == f"/api/tracking/v1{path}"][-1]
    return {name: asked.params.get_list(name) for name in asked.params}


def test_the_queue_opens_with_what_is_open_and_due_first(desk: Desk) -> None:
    _, hall = desk
    hired(desk)
    hall.hold(row(), row(OTHER, status="accepted", officer="x", officer_name="สมหญิง"))
    page = at_desk(desk).get("/staff/queue")
    assert page.status_code == 200
    for told in (NUMBER, OTHER, "ไฟถนนดับ/ชำรุด", "กองช่าง", "สมหญิง", "ยังไม่มีผู้รับผิดชอบ", "เกินกำหนด"):
        assert told in shown(page)
    assert query_of(hall) == {"status": OPEN, "sort": ["due_at"], "limit": ["50"]}


def test_the_other_language_keeps_the_filters(desk: Desk) -> None:
    _, hall = desk
    hired(desk)
    browser = at_desk(desk)
    page = browser.get("/staff/queue", params={"status": "accepted", "q": "ถนน", "sort": "-filed_at"})
    other = unescape(re.findall(r'<a href="([^"]*)" lang="en"', page.text)[0])
    english = browser.get(f"/staff/queue{other}")
    assert 'lang="en"' in english.text
    assert query_of(hall) == {"status": ["accepted"], "q": ["ถนน"], "sort": ["-filed_at"], "limit": ["50"]}
    assert "lang=" not in str(english.url)


def test_filters_are_an_address(desk: Desk) -> None:
    _, hall = desk
    me = hired(desk)
    asked = {"status": "filed", "category": "lighting.street", "department": "works", "officer": "mine",
             "overdue": "yes", "filed_from": "2024-07-01", "q": "หน้า  ตลาด", "sort": "-filed_at"}  # fmt: skip
    page = at_desk(desk).get("/staff/queue", params=asked)
    assert "ไม่มีคำร้องตามตัวกรองนี้" in shown(page)
    assert query_of(hall) == {
        "status": ["filed"], "category": ["lighting.street"], "department": ["works"], "officer": [me],
        "overdue": ["true"], "filed_from": ["2024-07-01"], "q": ["หน้า ตลาด"], "sort": ["-filed_at"], "limit": ["50"],
    }  # fmt: skip


def test_figures_stand_beside_and_are_left_out_while_nobody_can_tell_them(desk: Desk) -> None:
    _, hall = desk
    hired(desk)
    browser = at_desk(desk)
    assert "งานของฉัน" in shown(browser.get("/staff/queue"))
    hall.counts = figures()
    assert "ยังไม่มีผู้รับผิดชอบ 2" in shown(browser.get("/staff/queue"))


def test_a_day_that_is_none_is_told_and_asks_for_nothing(desk: Desk) -> None:
    _, hall = desk
    hired(desk)
    page = at_desk(desk).get("/staff/queue", params={"filed_to": "31/02/2567", "status": "x", "sort": "x"})
    assert "วันที่ไม่ถูกต้อง" in shown(page)
    assert query_of(hall) == {"status": OPEN, "sort": ["due_at"], "limit": ["50"]}


def test_a_cursor_that_ended_leads_to_the_first_page(desk: Desk) -> None:
    lobby, hall = desk
    hired(desk)
    answers: Any = hall.tracking
    lobby.switchboard.instead["tracking"] = lambda asked: (
        refusal(422) if "cursor" in asked.url.params else answers(asked)
    )
    hall.hold(row())
    assert NUMBER in shown(at_desk(desk).get("/staff/queue", params={"cursor": "from another sort"}))


def test_saved_filters_are_ones_own_and_sealed(desk: Desk) -> None:
    lobby, _ = desk
    hired(desk)
    browser = at_desk(desk)
    asked = {"query": "category=lighting.street&q=นายสมชาย", "name": "ไฟของสมชาย"}
    kept = browser.post("/staff/queue/saved", asked, page="/staff/queue?q=x")
    assert "บันทึกตัวกรองแล้ว" in shown(kept)
    browser.post("/staff/queue/saved", asked, page="/staff/queue?q=x")
    engine = connect(str(lobby.portal.engine.url.render_as_string(hide_password=False)))
    stored = rows(str(engine.url.render_as_string(hide_password=False)), "SELECT sealed FROM saved_filters")
    assert len(stored) == 1, "the same name and question again are one"
    assert "สมชาย".encode() not in bytes(stored[0][0])
    page = browser.get("/staff/queue")
    assert "ไฟของสมชาย" in shown(page)
    (removal,) = {part.split('"')[0] for part in page.text.split('action="') if "/removal" in part.split('"')[0]}
    assert "ไฟของสมชาย" not in shown(browser.post(removal, page="/staff/queue"))


def test_nameless_and_too_many_filters_are_not_kept(desk: Desk) -> None:
    lobby, _ = desk
    me = hired(desk)
    browser = at_desk(desk)
    nameless = browser.post("/staff/queue/saved", {"query": "q=a", "name": " "}, page="/staff/queue?q=x")
    assert "กรุณาตั้งชื่อตัวกรอง" in shown(nameless)
    for index in range(MOST_SAVED):
        lobby.portal.saved_filters.keep(me, f"ตัวกรอง {index}", {})
    full = browser.post("/staff/queue/saved", {"query": "q=a", "name": "อีกหนึ่ง"}, page="/staff/queue?q=x")
    assert "ไม่เกิน 30 รายการ" in shown(full)


def test_each_petition_of_a_bulk_has_its_own_command_and_its_own_outcome(desk: Desk) -> None:
    _, hall = desk
    me = hired(desk)
    accepted = [entry(1, "petition.filed"), entry(2, "petition.accepted", actor=me)]
    hall.hold(whole(), whole(OTHER, status="accepted", timeline=accepted), whole("KT1080767000013"))
    problems = {OTHER: refusal(409, "คำร้องอยู่ในสถานะ “รับเรื่องแล้ว”"), "KT1080767000013": refusal(409, "x", type=STALE)}
    done = {"number": NUMBER, "status": "accepted", "version": 2}
    hall.answers["accept"] = lambda number, _: problems.get(number) or _ok(done)
    chosen = [f"{NUMBER}:1", f"{OTHER}:2", "KT1080767000013:3", "forged"]
    page = at_desk(desk).post("/staff/queue/bulk", {"action": "accept", "chosen": chosen}, page="/staff/queue")
    assert {(number, name, body["expected_version"]) for number, name, body in hall.commands} == {
        (NUMBER, "accept", 1), (OTHER, "accept", 2), ("KT1080767000013", "accept", 3)
    }  # fmt: skip
    for told in ("สำเร็จ 2 เรื่อง ไม่สำเร็จ 1 เรื่อง", "เป็นเช่นนี้อยู่แล้ว", "มีผู้แก้ไขเรื่องนี้หลังจากที่คุณเปิดรายการ"):
        assert told in shown(page)
    assert page.text.count('name="chosen"') == 1, "only what failed is offered again"


def _ok(body: dict[str, Any]) -> Any:
    return httpx.Response(200, json=body)


def test_many_are_given_to_one_officer_whose_department_gets_them(desk: Desk) -> None:
    _, hall = desk
    officer = hired(desk, StaffRole.OFFICER, "health")
    hall.hold(whole())
    form = {"action": "assign", "chosen": [f"{NUMBER}:1"], "officer": officer, "department": "works"}
    page = at_desk(desk).post("/staff/queue/bulk", form, page="/staff/queue")
    assert "สำเร็จทั้ง 1 เรื่อง" in shown(page)
    given = {"department": "health", "officer": {"id": officer, "name": "สมชาย ใจดี"}, "expected_version": 1}
    assert hall.commands == [(NUMBER, "assign", given)]


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"action": "accept"}, "กรุณาเลือกเรื่อง"),
        ({"action": "accept", "chosen": [f"{NUMBER}:1"] * (MOST + 1)}, "ไม่เกิน 100 เรื่อง"),
        ({"action": "assign", "chosen": [f"{NUMBER}:1"]}, "กรุณาเลือกกอง"),
        ({"action": "assign", "chosen": [f"{NUMBER}:1"], "department": "works", "officer": "x"}, "ไม่พบเจ้าหน้าที่คนนี้"),
    ],
)
def test_a_bulk_that_cannot_be_meant_does_nothing(desk: Desk, form: dict[str, Any], told: str) -> None:
    _, hall = desk
    hired(desk)
    page = at_desk(desk).post("/staff/queue/bulk", form, page="/staff/queue")
    assert (page.status_code, hall.commands) == (422, [])
    assert told in shown(page)


def test_who_only_looks_on_has_no_boxes(desk: Desk) -> None:
    _, hall = desk
    hired(desk, StaffRole.EXECUTIVE)
    hall.hold(row())
    assert 'name="chosen"' not in at_desk(desk).get("/staff/queue").text


def test_who_has_several_positions_works_in_the_one_that_was_chosen(desk: Desk) -> None:
    _, hall = desk
    hired(desk, StaffRole.CLERK)
    head = hired(desk, StaffRole.HEAD, "works")
    browser = at_desk(desk)
    page = browser.post("/staff/position", {"staff_id": head}, page="/staff/queue")
    assert path_of(page) == "/staff/queue"
    assert 'id="department"' not in page.text, "who is of one department does not choose"
    before, after = hall.callers[0], hall.callers[-1]
    assert before != after, "another token for another position"
    assert browser.post("/staff/position", {"staff_id": "somebody else's"}, page="/staff/queue").status_code == 403


def test_who_has_no_position_is_told_so_and_strangers_log_in_first(desk: Desk) -> None:
    lobby, _ = desk
    assert path_of(lobby.browser().get("/staff/queue")) == "/login"
    assert at_desk(desk).get("/staff/queue").status_code == 403


def test_what_happens_is_passed_on_and_ends_with_the_session(desk: Desk) -> None:
    lobby, hall = desk
    hired(desk)
    hall.stream = b"event: petition.filed\nid: 7\ndata: {}\n\n"
    browser = at_desk(desk)
    answer = browser.get("/staff/stream", headers={"Last-Event-ID": "6"})
    assert (answer.headers["content-type"].partition(";")[0], answer.content) == ("text/event-stream", hall.stream)
    lobby.office.identity.sessions.end(browser.session)
    lobby.portal.accounts.forget(browser.session)
    assert path_of(browser.get("/staff/stream")).endswith("/login")


def test_a_stream_tells_nothing_more_once_the_session_has_ended(desk: Desk) -> None:
    lobby, _ = desk
    hired(desk)
    browser = at_desk(desk)

    class Ending(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            yield b"id: 7\n\n"
            lobby.office.identity.sessions.end(browser.session)
            lobby.portal.accounts.forget(browser.session)
            yield b"id: 8\n\n"

    lobby.switchboard.instead["tracking"] = lambda _: httpx.Response(200, stream=Ending())
    assert browser.get("/staff/stream").content == b"id: 7\n\n"


def test_without_tracking_the_queue_says_that_it_is_away(desk: Desk) -> None:
    lobby, _ = desk
    hired(desk)
    browser = at_desk(desk)
    lobby.switchboard.instead.pop("tracking")
    assert browser.get("/staff/queue").status_code == 503


def test_petitions_of_a_person_are_found_without_an_address_that_tells_it(desk: Desk) -> None:
    _, hall = desk
    hired(desk)
    hall.hold(row())
    browser = at_desk(desk)
    page = browser.post("/staff/search", {"name": " สมชาย   ใจดี "})
    assert "พบ 1 เรื่อง" in shown(page)
    assert NUMBER in shown(page)
    assert page.url.query == b""
    assert hall.commands == [("", "search", {"name": "สมชาย ใจดี"})]
    both = browser.post("/staff/search", {"name": "สมชาย", "phone": "0812345678"})
    assert (both.status_code, len(hall.commands)) == (422, 1)
    assert "อย่างใดอย่างหนึ่ง" in shown(both)


def test_clerks_are_not_offered_to_look_for_persons(desk: Desk) -> None:
    hired(desk, StaffRole.CLERK)
    assert "/staff/search" not in at_desk(desk).get("/staff/queue").text


def test_addresses_of_results_lead_back(desk: Desk) -> None:
    _, hall = desk
    hired(desk)
    hall.hold(whole())
    browser = at_desk(desk)
    assert path_of(browser.get("/staff/queue/bulk")) == "/staff/queue"
    assert path_of(browser.get(f"/staff/petitions/{NUMBER}/reveal")) == f"/staff/petitions/{NUMBER}"
