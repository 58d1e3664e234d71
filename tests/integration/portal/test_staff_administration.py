"""Administrators change their authority in the back office, against the real intake."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from shared.contracts.staff import StaffRole
from shared.kernel import clock
from shared.kernel.thai import in_bangkok
from tests.support.account_portal import lobby
from tests.support.administration import Hall, as_it_stands
from tests.support.filing_portal import path_of, shown
from tests.support.identity import IdentityOffice
from tests.support.intake import IntakeOffice
from tests.support.town_hall import TownHall, at_desk, hired

PROFILE = "/staff/authority/profile"
LISTS = "/staff/authority/lists"


def test_a_part_is_changed_and_the_history_tells_it(hall: Hall) -> None:
    before = hall.authority
    page = hall.posts(PROFILE, phone="076-321-599", website="https://kathu.example")
    assert "บันทึกแล้ว มีผลทันที" in shown(page)
    assert hall.authority == {**before, "phone": "076-321-599", "website": "https://kathu.example"}
    history = hall.browser.get("/staff/authority/history")
    for words in ("โทรศัพท์ 076-321-500 076-321-599", "เว็บไซต์ – https://kathu.example", "สมชาย ใจดี", "ตั้งค่าครั้งแรก"):
        assert words in shown(history), words


@pytest.mark.parametrize("part", ["about", "sms", "texts", "number", "survey", "calendar", "deadlines", "retention"])
def test_a_form_that_is_sent_as_it_stands_changes_nothing(hall: Hall, part: str) -> None:
    before = hall.authority
    assert "ไม่มีอะไรเปลี่ยนแปลง" in shown(hall.posts(f"/staff/authority/{part}"))
    assert hall.authority == before


@pytest.mark.parametrize("code", ["departments", "categories", "groups", "services", "news"])
def test_an_entry_that_is_sent_as_it_stands_changes_nothing(hall: Hall, code: str) -> None:
    if code == "news":
        hall.posts(f"{LISTS}/news/new", title="ข่าว", text="เนื้อหา\n\nสองย่อหน้า", published_on="2024-07-08")
    before = hall.authority
    page = hall.browser.get(f"{LISTS}/{code}")
    first = page.text.split(f'class="open" href="{LISTS}/{code}/')[1].split('"')[0]
    assert "ไม่มีอะไรเปลี่ยนแปลง" in shown(hall.posts(f"{LISTS}/{code}/{first}"))
    assert hall.authority == before


def test_what_is_wrong_is_told_by_its_field_and_nothing_typed_is_lost(hall: Hall) -> None:
    before = hall.authority
    page = hall.posts(PROFILE, name_th="", address="ที่อยู่ที่เพิ่งพิมพ์", **{"settings.map_centre.latitude": "เหนือ"})
    assert page.status_code == 422
    assert 'id="name_th-error"' in page.text
    assert "ชื่อหน่วยงาน (ไทย): กรุณากรอกข้อมูลนี้" in shown(page), "the summary says which field it means"
    assert 'id="settings-map_centre-latitude-error"' in page.text
    assert 'value="ที่อยู่ที่เพิ่งพิมพ์"' in page.text
    assert 'value="เหนือ"' in page.text
    assert hall.authority == before


def test_who_reads_english_is_told_in_english(hall: Hall) -> None:
    hall.browser.get("/staff/authority", params={"lang": "en"})
    page = hall.posts(PROFILE, name_th="", **{"settings.domain": "KATHU"})
    assert page.status_code == 422
    assert "Name of the authority (Thai): Fill this in" in shown(page)
    assert "It has the wrong form (it has to match" in shown(page)
    gone = hall.posts(f"{LISTS}/departments/works", action="remove")
    assert "Responsible department: There is no department “works”" in shown(gone)
    hall.browser.get("/staff/authority", params={"lang": "th"})


def test_who_was_slower_sees_what_changed_and_may_go_on(hall: Hall) -> None:
    seen = hall.browser.get("/staff/authority/about")
    form = as_it_stands(seen.text)
    version = seen.text.split('name="expected_version" value="')[1].split('"')[0]
    hall.posts(PROFILE, province="กระบี่")
    typed = {**form, "about": "ที่เพิ่งพิมพ์", "expected_version": version, "action": "save"}
    page = hall.browser.post("/staff/authority/about", typed)
    assert page.status_code == 409
    for words in ("มีผู้แก้ไขข้อมูลหน่วยงานก่อนหน้า", "จังหวัด ภูเก็ต กระบี่", "ที่เพิ่งพิมพ์"):
        assert words in shown(page), words
    again = {
        **as_it_stands(page.text),
        "expected_version": page.text.split('name="expected_version" value="')[1].split('"')[0],
    }
    assert "บันทึกแล้ว" in shown(hall.browser.post("/staff/authority/about", {**again, "action": "save"}))
    assert (hall.authority["about"], hall.authority["province"]) == ("ที่เพิ่งพิมพ์", "กระบี่")


def test_a_change_is_planned_and_cancelled(hall: Hall) -> None:
    before = hall.authority
    day = (in_bangkok(clock.now()) + timedelta(days=30)).date().isoformat()
    page = hall.posts("/staff/authority/deadlines", effective_from=day, **{"settings.deadlines.warn_days": "4"})
    assert "กำหนดการเปลี่ยนแปลงไว้แล้ว" in shown(page)
    assert hall.authority == before
    history = hall.browser.get("/staff/authority/history")
    assert "รอมีผล" in shown(history)
    address = history.text.split('action="/staff/authority/plans/')[1].split('"')[0]
    version = history.text.split('name="expected_version" value="')[1].split('"')[0]
    cancel = (f"/staff/authority/plans/{address}", {"expected_version": version})
    done = hall.browser.post(*cancel, page="/staff/authority/history")
    assert "ยกเลิกการเปลี่ยนแปลงที่กำหนดไว้แล้ว" in shown(done)
    assert "รอมีผล" not in shown(done)
    again = hall.browser.post(*cancel, page="/staff/authority/sms")
    assert "แก้ไขข้อมูลหน่วยงานก่อนหน้า" in shown(again) or "ถูกยกเลิกไปก่อนแล้ว" in shown(again)


@pytest.mark.parametrize("day", ["2020-01-01", "31/12/2569"])
def test_a_change_begins_in_the_future(hall: Hall, day: str) -> None:
    page = hall.posts("/staff/authority/about", about="ใหม่", effective_from=day)
    assert (page.status_code, 'id="effective_from-error"' in page.text) == (422, True)


def test_a_department_comes_and_goes(hall: Hall) -> None:
    page = hall.posts(f"{LISTS}/departments/new", code="tourism", name="กองการท่องเที่ยว")
    assert (path_of(page), "กองการท่องเที่ยว" in shown(page)) == (f"{LISTS}/departments", True)
    assert hall.authority["departments"][-1]["code"] == "tourism"
    double = hall.posts(f"{LISTS}/departments/new", code="tourism", name="อีกกอง")
    assert (double.status_code, 'id="code-error"' in double.text) == (422, True)
    gone = hall.posts(f"{LISTS}/departments/tourism", action="remove")
    assert "ลบแล้ว" in shown(gone)
    assert hall.browser.get(f"{LISTS}/departments/tourism").status_code == 404


def test_a_department_with_categories_stays_and_it_is_told_why(hall: Hall) -> None:
    page = hall.posts(f"{LISTS}/departments/works", action="remove")
    assert page.status_code == 422
    assert "กองที่รับผิดชอบ: ไม่มีหน่วยงาน “works”" in shown(page)


def test_a_category_in_a_new_group_with_an_officer(hall: Hall) -> None:
    first = as_it_stands(hall.browser.get(f"{LISTS}/categories/new").text)["group"]
    assert first == hall.authority["category_groups"][0]["code"]
    entry = {"group": "", "group.code": "parks", "group.name": "สวน", "code": "trees", "name": "ต้นไม้", "due_days": "x"}
    wrong = hall.posts(f"{LISTS}/categories/new", department="works", **entry)
    assert (wrong.status_code, 'id="due_days-error"' in wrong.text) == (422, True)
    done = hall.posts(
        f"{LISTS}/categories/new", department="works", **{**entry, "due_days": "5", "officer": hall.officer}
    )
    assert path_of(done) == f"{LISTS}/categories", shown(done)
    group = hall.authority["category_groups"][-1]
    assert (group["code"], group["name_en"]) == ("parks", None)
    assert group["categories"] == [
        {"code": "parks.trees", "name": "ต้นไม้", "name_en": None, "department": "works", "due_days": 5,
         "officer": {"id": hall.officer, "name": "สมชาย ใจดี"}}
    ]  # fmt: skip
    assert "สมชาย ใจดี" in shown(hall.browser.get(f"{LISTS}/categories"))
    hall.posts(f"{LISTS}/categories/parks.trees", action="remove")
    assert hall.authority["category_groups"][-1]["code"] != "parks"


def test_standard_texts_days_off_and_news(hall: Hall) -> None:
    text = {"code": "soon", "title": "เร็วๆ นี้", "text": "เรื่อง {number} {ghost}", "command": "resolve", "category": ""}
    wrong = hall.posts(f"{LISTS}/standard-texts/new", **text)
    assert (wrong.status_code, 'id="text-error"' in wrong.text) == (422, True)
    hall.posts(f"{LISTS}/standard-texts/new", **{**text, "text": "เรื่อง {number}"})
    hall.posts(f"{LISTS}/days-off/new", day="2027-05-10", name="วันเทศบาล")
    hall.posts(f"{LISTS}/news/new", title="ข่าวใหม่", text="เนื้อหา", published_on="2026-11-26")
    told = hall.authority
    assert told["settings"]["standard_texts"][-1]["command"] == "resolve"
    assert told["settings"]["calendar"]["days_off"] == [{"day": "2027-05-10", "name": "วันเทศบาล"}]
    assert told["news"][0]["title"] == "ข่าวใหม่", "the newest news come first"
    assert "10 พฤษภาคม 2570" in shown(hall.browser.get(f"{LISTS}/days-off"))
    assert "10 พฤษภาคม 2570 เพิ่ม – วันเทศบาล" in shown(hall.browser.get("/staff/authority/history"))


def test_each_event_shows_what_is_sent_when_nothing_is_typed(hall: Hall) -> None:
    page = shown(hall.browser.get("/staff/authority/texts"))
    assert page.count("เมื่อเว้นว่างจะส่ง") == 7
    for words in (
        "คำร้อง {number} มีกำหนดดำเนินการวันที่ {date} 58 ตัวอักษร ส่งเป็น 1 ส่วน",
        "ขณะนี้ชวนประเมินทาง SMS",
        "เตือนผู้ที่ยังไม่ตอบด้วยข้อความ",
        "ใส่ในข้อความได้: {number} {department} {phone} {date} {question} {link}",
    ):
        assert words in page, words
    off = hall.posts("/staff/authority/sms", **{"settings.sms.include_link": []})
    assert "บันทึกแล้ว" in shown(off)
    typed = {"settings.texts.on.0.wording": "รับ {number} ดูที่ {link}"}
    page = shown(hall.posts("/staff/authority/texts", action="look", **typed))
    assert "ไม่มีค่าให้ใส่ใน {link} จึงจะส่งข้อความมาตรฐานแทน" in page
    assert "ดูผลที่ {link}" not in page


def test_status_texts_are_measured_without_being_saved(hall: Hall) -> None:
    before = hall.authority
    wording = "คำร้อง {number} รับแล้ว " + "ก" * 70
    page = hall.posts("/staff/authority/texts", action="look", **{"settings.texts.on.0.wording": wording})
    assert "ส่งเป็น 2 ส่วน" in shown(page)
    assert wording in shown(page)
    assert hall.authority == before
    hall.posts("/staff/authority/texts", **{"settings.texts.on.0.wording": "รับ {number} แล้ว"})
    on = {each["event"]: each for each in hall.authority["settings"]["texts"]["on"]}
    assert (on["accepted"]["wording"], on["started"]["on"]) == ("รับ {number} แล้ว", False)
    assert "เมื่อรับเรื่อง" in shown(hall.browser.get("/staff/authority/history"))


def test_without_intake_what_was_typed_stays(hall: Hall) -> None:
    answers = hall.intake.client

    def no_puts(request: httpx.Request) -> httpx.Response:
        if request.method == "PUT":
            return httpx.Response(503)
        told = answers.get(request.url.path, headers={"Authorization": request.headers.get("Authorization", "")})
        return httpx.Response(told.status_code, content=told.content, headers={"content-type": "application/json"})

    hall.desk[0].switchboard.instead["intake"] = no_puts
    away = hall.posts("/staff/authority/about", about="ที่พิมพ์ไว้")
    assert (away.status_code, "ที่พิมพ์ไว้" in away.text) == (503, True)


@pytest.mark.parametrize(
    ("role", "department", "reads"),
    [(StaffRole.HEAD, None, True), (StaffRole.OFFICER, None, False), (StaffRole.ADMIN, "works", True)],
)
def test_others_change_nothing(
    portal_url: str, real_intake: IntakeOffice, personnel: IdentityOffice, role: StaffRole, department: str, reads: bool
) -> None:
    with lobby(portal_url, real_intake, personnel) as running:
        desk = (running, TownHall())
        running.switchboard.instead["tracking"] = desk[1].tracking
        hired(desk, role, department)
        browser = at_desk(desk)
        assert {browser.get(path).status_code for path in ("/staff/authority", PROFILE, f"{LISTS}/news")} == {403}
        assert browser.get("/staff/authority/history").status_code == (200 if reads else 403)
