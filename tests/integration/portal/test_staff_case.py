"""One case: everything on a page, the commands with their forms, and nobody overwrites what others did."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from services.portal.pages.staff.case.forms import FORMS
from shared.contracts.staff import StaffRole
from tests.support.account_portal import Browser, lobby
from tests.support.filing_portal import path_of, shown, value_of
from tests.support.identity import IdentityOffice
from tests.support.intake import IntakeOffice
from tests.support.town_hall import NUMBER, STALE, Desk, at_desk, behind, entry, hired, refusal, whole

ADDRESS = f"/staff/petitions/{NUMBER}"


def sends(browser: Browser, command: str, form: dict[str, Any], **more: Any) -> httpx.Response:
    """Open the form of a command, fill it in, and press its button."""
    return browser.post(f"{ADDRESS}/do/{command}", form, **more)


@pytest.fixture
def clerk(desk: Desk) -> Browser:
    """Somebody at the desk with one petition, filed just now."""
    _, hall = desk
    hired(desk)
    hall.hold(whole())
    return at_desk(desk)


def test_everything_is_on_one_page(desk: Desk, clerk: Browser) -> None:
    _, hall = desk
    noted = entry(3, "petition.note_added", internal=True, text="โทรแล้วไม่รับ", label="บันทึกเพิ่มเติม")
    hall.hold(
        whole(
            timeline=[entry(1, "petition.filed"), noted],
            sms=[{"message_id": "x", "state": "delivered", "at": "2024-07-08T10:57:00Z", "template": "filed"}],
            survey_answers=[{"resolution": 1, "rating": 2, "solved": "no", "reopen": True, "at": "2024-07-20T10:57:00Z",
                             "comment": "ยังดับอยู่"}],
            attachments=[{"attachment_id": "a1", "state": "stored", "at": "2024-07-08T10:57:00Z", "filename": "เสา.jpg",
                          "media_type": "image/jpeg", "origin": "petitioner", "public": False}],
        ),
    )  # fmt: skip
    hall.near = [
        {"number": "KT1080767000012", "status": "accepted", "filed_at": "2024-07-01T10:57:00Z", "distance_m": 11},
        {"number": "KT1080767000013", "status": "merged", "filed_at": "2024-07-01T10:57:00Z", "distance_m": 3},
    ]
    page = clerk.get(ADDRESS)
    for told in ("ไฟถนนดับสามต้น", "ตรงข้ามโรงเรียน", "7.90560", "081 234 xxxx", "โทรแล้วไม่รับ", "ภายใน", "แจ้งเลขคำร้อง",
                 "ถึงผู้รับ", "2 จาก 5", "ยังดับอยู่", "เสา.jpg", "KT1080767000012", "ห่าง 11 เมตร"):  # fmt: skip
        assert told in shown(page), told
    assert "into=KT1080767000012" in page.text
    assert "into=KT1080767000013" not in page.text, "nothing is merged into what is merged"
    assert f"{ADDRESS}/files/a1?size=preview" in page.text


def test_the_place_is_on_a_map_where_there_are_tiles(
    portal_url: str, town_hall: IntakeOffice, personnel: IdentityOffice
) -> None:
    tiles = {"tiles_url": "https://tiles.example/{z}/{x}/{y}.png"}
    with lobby(portal_url, town_hall, personnel, **tiles) as running, behind(running) as hall:
        hired((running, hall))
        hall.hold(whole(), whole("KT1080767000012", latitude=None, longitude=None))
        browser = at_desk((running, hall))
        page = browser.get(ADDRESS).text
        assert 'data-latitude="7.9056"' in page
        assert "leaflet.js" in page
        assert "leaflet.js" not in browser.get("/staff/petitions/KT1080767000012").text


def test_the_buttons_are_those_that_tracking_allows(desk: Desk, clerk: Browser) -> None:
    _, hall = desk
    hall.hold(whole(actions=["accept", "request-reopening"]))
    page = clerk.get(ADDRESS)
    assert f"{ADDRESS}/do/accept" in page.text
    assert f"{ADDRESS}/do/resolve" not in page.text
    hall.hold(whole(actions=[]))
    assert "ไม่มีรายการที่ทำได้" in shown(clerk.get(ADDRESS))


def test_a_command_is_given_at_the_version_that_was_seen(desk: Desk, clerk: Browser) -> None:
    _, hall = desk
    page = sends(clerk, "accept", {"public_note": "รับแล้วค่ะ"})
    assert hall.commands == [(NUMBER, "accept", {"public_note": "รับแล้วค่ะ", "expected_version": 1})]
    assert path_of(page) == ADDRESS
    assert "รับเรื่องแล้ว" in shown(page)


SENT = [
    ("schedule", {"scheduled_for": "2024-08-01T09:30"}, {"scheduled_for": "2024-08-01T09:30:00+07:00"}),
    (
        "set-due-date",
        {"due_at": "2024-08-01", "reason": "รอพัสดุ"},
        {"due_at": "2024-08-01T23:59:59+07:00", "reason": "รอพัสดุ"},
    ),
    ("transfer", {"department": "health", "reason": "ผิดกอง"}, {"department": "health", "reason": "ผิดกอง"}),
    ("recategorise", {"category": "roads.surface"}, {"category": "roads.surface"}),
    (
        "add-note",
        {"text": "โทรแล้ว", "visibility": "internal"},
        {"text": "โทรแล้ว", "visibility": "internal", "uploads": []},
    ),
    ("assign", {"department": "works", "officer": ""}, {"department": "works", "officer": None}),
]


@pytest.mark.parametrize(("command", "form", "body"), SENT, ids=[each[0] for each in SENT])
def test_what_is_typed_arrives_as_intake_takes_it(
    desk: Desk, clerk: Browser, command: str, form: dict[str, Any], body: dict[str, Any]
) -> None:
    _, hall = desk
    hall.hold(whole(status="in_progress"))
    sends(clerk, command, form)
    assert hall.commands == [(NUMBER, command, {**body, "expected_version": 1})]


def test_an_empty_or_odd_field_is_told_at_the_field(desk: Desk, clerk: Browser) -> None:
    _, hall = desk
    hall.hold(whole(status="in_progress"))
    page = sends(clerk, "schedule", {"scheduled_for": "พรุ่งนี้", "public_note": "เข้าไปดู"})
    assert page.status_code == 422
    assert "วันที่ไม่ถูกต้อง" in shown(page)
    assert value_of(page, "public_note") == "เข้าไปดู"
    assert "กรุณากรอกข้อมูลนี้" in shown(sends(clerk, "reject", {"reason": " "}))
    assert hall.commands == []


def test_what_intake_finds_wrong_is_told_at_the_field(desk: Desk, clerk: Browser) -> None:
    _, hall = desk
    wrong = [{"field": "into_number", "message": "ไม่พบคำร้องเลขที่นี้"}]
    hall.answers["merge"] = lambda *_: refusal(422, "กรุณาตรวจสอบข้อมูลที่ระบุไว้", errors=wrong)
    page = sends(clerk, "merge", {"into_number": "KT1"})
    assert page.status_code == 422
    assert 'id="into_number-error"' in page.text
    assert value_of(page, "into_number") == "KT1"


def test_whoever_comes_second_sees_what_the_first_did_and_sends_again(desk: Desk, clerk: Browser) -> None:
    _, hall = desk
    opened = clerk.get(f"{ADDRESS}/do/reject")
    fields = {name: value_of(opened, name) for name in ("csrf", "expected_version", "seen", "of_department")}
    accepted = entry(5, "petition.accepted", label="รับเรื่องแล้ว", actor="x", public_note="ส่งกองช่าง",
                     data={"officer": {"id": "x", "name": "สมหญิง ขยัน"}})  # fmt: skip
    hall.hold(whole(version=2, status="accepted", timeline=[entry(1, "petition.filed"), accepted]))
    hall.answers["reject"] = lambda *_: refusal(409, "มีผู้แก้ไข", type=STALE, expected_version=1, actual_version=2)
    page = clerk.client.post(f"{ADDRESS}/do/reject", data={**fields, "reason": "ไม่ใช่ของเรา"})
    assert page.status_code == 409
    for told in ("มีผู้แก้ไขเรื่องนี้ก่อนหน้า", "สมหญิง ขยัน", "ส่งกองช่าง"):
        assert told in shown(page)
    assert (value_of(page, "reason"), value_of(page, "expected_version")) == ("ไม่ใช่ของเรา", "2")
    del hall.answers["reject"]
    again = {name: value_of(page, name) for name in ("csrf", "expected_version", "seen", "of_department", "reason")}
    assert path_of(clerk.client.post(f"{ADDRESS}/do/reject", data=again)) == ADDRESS
    assert hall.commands[-1] == (NUMBER, "reject", {"reason": "ไม่ใช่ของเรา", "expected_version": 2})


def test_a_state_that_does_not_allow_it_keeps_what_was_typed(desk: Desk, clerk: Browser) -> None:
    _, hall = desk
    hall.answers["accept"] = lambda *_: refusal(409, "คำร้องอยู่ในสถานะ", type="urn:khamrong:transition-not-allowed")
    page = sends(clerk, "accept", {"public_note": "ยาวมาก"})
    assert page.status_code == 409
    assert "สถานะของคำร้องเปลี่ยนไป" in shown(page)
    assert value_of(page, "public_note") == "ยาวมาก"


def test_a_form_for_what_cannot_be_done_now_is_not_shown(clerk: Browser) -> None:
    page = clerk.get(f"{ADDRESS}/do/resolve")
    assert "สถานะปัจจุบันของคำร้องทำรายการนี้ไม่ได้" in shown(page)
    assert 'name="public_note"' not in page.text


def test_while_intake_is_away_nothing_that_was_typed_is_lost(desk: Desk, clerk: Browser) -> None:
    _, hall = desk
    hall.answers["accept"] = lambda *_: httpx.Response(500)
    page = sends(clerk, "accept", {"public_note": "ยาวมาก"})
    assert page.status_code == 503
    assert value_of(page, "public_note") == "ยาวมาก"


def test_standard_texts_come_with_their_gaps_filled(desk: Desk, clerk: Browser) -> None:
    page = clerk.get(f"{ADDRESS}/do/accept", params={"text": "accept"})
    text = value_of(page, "public_note")
    assert "ไฟถนนดับ/ชำรุด" in text
    assert "23 กรกฎาคม 2567" in text
    assert "รับเรื่องถนน จะเข้าสำรวจ" not in shown(page), "meant for another category"


def test_the_petitioner_is_shown_for_a_reason_and_once(desk: Desk, clerk: Browser) -> None:
    _, hall = desk
    page = clerk.get(ADDRESS)
    assert "081 234 5678" not in shown(page)
    refused = clerk.post(f"{ADDRESS}/reveal", {"reason": " "}, page=ADDRESS)
    assert (refused.status_code, hall.commands) == (422, [])
    revealed = clerk.post(f"{ADDRESS}/reveal", {"reason": "โทรนัดเข้าซ่อม"}, page=ADDRESS)
    assert "081 234 5678" in shown(revealed)
    assert hall.commands == [(NUMBER, "reveal", {"reason": "โทรนัดเข้าซ่อม"})]
    assert revealed.headers["Cache-Control"] == "no-store"
    assert "081 234 5678" not in shown(clerk.get(ADDRESS))


def test_files_come_as_documents_keeps_them(desk: Desk, clerk: Browser) -> None:
    lobby, _ = desk
    asked: list[tuple[str, bytes]] = []

    def documents(request: httpx.Request) -> httpx.Response:
        asked.append((f"{request.method} {request.url.path}", request.content))
        return httpx.Response(200, content=b"%PDF", headers={"content-type": "application/pdf"})

    lobby.switchboard.instead["documents"] = documents
    for path in ("form.pdf", "case-file.pdf", "files/a1"):
        assert clerk.get(f"{ADDRESS}/{path}").content == b"%PDF"
    printed = clerk.post(f"{ADDRESS}/case-file.pdf", {"reason": "เก็บเข้าแฟ้ม"}, page=ADDRESS)
    assert printed.headers["Cache-Control"] == "private, no-store"
    address, body = asked[-1]
    assert (address, body.decode()) == (
        f"POST /api/documents/v1/petitions/{NUMBER}/case-file.pdf",
        '{"reason":"เก็บเข้าแฟ้ม"}',
    )
    assert clerk.post(f"{ADDRESS}/case-file.pdf", {"reason": " "}, page=ADDRESS).status_code == 422


def test_executives_are_not_offered_to_see_petitioners(desk: Desk) -> None:
    _, hall = desk
    hired(desk, StaffRole.EXECUTIVE)
    hall.hold(whole(actions=[]))
    assert "/reveal" not in at_desk(desk).get(ADDRESS).text


def test_a_case_of_another_department_is_closed_and_an_unknown_one_is_not_found(desk: Desk, clerk: Browser) -> None:
    _, hall = desk
    hall.hold(whole(closed_to_us=True, subject="ความลับ"))
    for page in (clerk.get(ADDRESS), clerk.get(f"{ADDRESS}/do/accept")):
        assert page.status_code == 403
        assert "ไม่มีสิทธิ์เปิดเรื่องนี้" in shown(page)
        assert "ความลับ" not in shown(page)
    assert clerk.get("/staff/petitions/KT1080767009999").status_code == 404
    assert clerk.get(f"{ADDRESS}/do/delete").status_code == 404


def test_every_command_of_staff_has_a_form(desk: Desk, clerk: Browser) -> None:
    desk[1].hold(whole(actions=[*FORMS]))
    for command, form in FORMS.items():
        page = clerk.get(f"{ADDRESS}/do/{command}")
        assert page.status_code == 200
        for field in form.fields:
            name = "files" if field.kind == "files" else field.name
            assert f'name="{name}"' in page.text, f"{command}: {name}"


def test_forms_that_no_page_of_ours_sent_do_nothing(desk: Desk, clerk: Browser) -> None:
    _, hall = desk
    for path in (
        f"{ADDRESS}/do/accept",
        f"{ADDRESS}/reveal",
        "/staff/queue/bulk",
        "/staff/queue/saved",
        "/staff/position",
    ):
        assert clerk.client.post(path, data={"csrf": "forged", "reason": "x"}).status_code == 403
    assert hall.commands == []
