"""A petition goes from one browser to others and back: filed, worked on, rated badly, reopened, resolved and closed."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from time import monotonic

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.support.browsing import PHONE, Visitor, text_to, visiting
from tests.support.embedded import Embedded
from tests.support.staff_walk import (
    TABLET,
    Hand,
    begins,
    does,
    filed_by_api,
    files,
    latest,
    opens,
    reloaded,
    row_of,
    sends,
    stands,
    working,
)
from tests.support.waiting import eventually
from tests.support.walking import Filed, new_phone, prove

pytestmark = [pytest.mark.timeout(600), pytest.mark.xdist_group("browser")]
SOON_SECONDS = 2.0
"""Within which a petition stands in the queue of whoever looks at it."""


@pytest.fixture
def photo(tmp_path: Path) -> str:
    kept = BytesIO()
    Image.new("RGB", (640, 480), "#c96").save(kept, "JPEG")
    path = tmp_path / "หลังซ่อม.jpg"
    path.write_bytes(kept.getvalue())
    return str(path)


def test_a_petition_goes_all_its_way(
    browser: Browser, installation: Embedded, head: Hand, engineer: Hand, photo: str
) -> None:
    url, phone = installation.url, new_phone()
    with (
        working(browser, url, head) as chief,
        working(browser, url, engineer, size=TABLET) as officer,
        visiting(browser, url, size=PHONE) as citizen,
    ):
        filed = files(citizen, phone)
        appears_everywhere(chief, officer, filed)
        accepted_and_given(chief, filed, engineer)
        text_to(url, phone, f"{filed.number} รับเรื่องแล้ว")
        started_and_asked(officer, filed, engineer)
        text_to(url, phone, f"{filed.number} ขอข้อมูลเพิ่ม")
        answered(citizen, officer, filed, phone)
        resolved(officer, filed, photo)
        rated_badly(citizen, filed)
        reopened(chief, citizen, filed)
        text_to(url, phone, f"{filed.number} เปิดเรื่องอีกครั้งแล้ว")
        closed(chief, citizen, filed)
        assert len(delivered(url, phone)) == 7, "number, accepted, question, code, survey, reopened, survey again"


def appears_everywhere(chief: Visitor, officer: Visitor, filed: Filed) -> None:
    """Without reload, in both windows; then the keyboard leads there."""
    for visitor in (chief, officer):
        expect(row_of(visitor, filed.number)).to_be_visible(timeout=10_000)
    chief.look("queue")
    officer.look("queue-tablet")
    row_of(chief, filed.number).locator(".open").focus()
    chief.page.keyboard.press("x")
    expect(row_of(chief, filed.number).locator("[name=chosen]")).to_be_checked()
    with chief.page.expect_navigation():
        chief.page.keyboard.press("o")
    stands(chief, "รอรับเรื่อง")
    chief.look("case-filed")


def accepted_and_given(chief: Visitor, filed: Filed, engineer: Hand) -> None:
    begins(chief, "accept")
    chief.page.locator(".standard a").first.click()
    expect(chief.field("public_note")).to_have_value(re.compile("ไฟถนนดับ/ชำรุด"))
    chief.look("case-accept")
    sends(chief)
    stands(chief, "รับเรื่องแล้ว")
    does(chief, "assign", officer=engineer.staff_id)
    expect(chief.page.locator("#standing")).to_contain_text(engineer.name)
    latest(chief, "มอบหมายผู้รับผิดชอบ")


def started_and_asked(officer: Visitor, filed: Filed, engineer: Hand) -> None:
    expect(row_of(officer, filed.number)).to_contain_text(engineer.name, timeout=10_000)
    officer.go("/staff/queue?officer=mine")
    expect(row_of(officer, filed.number)).to_be_visible()
    opens(officer, filed.number)
    does(officer, "start")
    stands(officer, "กำลังดำเนินการ")
    does(officer, "request-information", question="ไฟดับกี่ต้น")
    stands(officer, "รอข้อมูลจากผู้ร้อง")
    latest(officer, "รอข้อมูลจากผู้ร้อง")
    officer.look("case-waiting-tablet")


def answered(citizen: Visitor, officer: Visitor, filed: Filed, phone: str) -> None:
    """The officer's page tells it by itself."""
    citizen.go(f"/t/{filed.code}")
    newest(citizen, "รอข้อมูลจากผู้ร้อง", "ไฟดับกี่ต้น")
    citizen.follow("ตอบข้อมูลที่เจ้าหน้าที่ขอ")
    prove(citizen, phone)
    citizen.field("text").fill("สามต้น")
    citizen.press("ส่งข้อมูล")
    expect(officer.page.locator("#history")).to_contain_text("สามต้น", timeout=20_000)
    latest(officer, "ผู้ร้องให้ข้อมูลเพิ่มเติม")


def resolved(officer: Visitor, filed: Filed, photo: str) -> None:
    opens(officer, filed.number)
    does(officer, "start")
    does(officer, "resolve", outcome="solved", public_note="เปลี่ยนหลอดไฟแล้ว", files=photo)
    stands(officer, "ดำเนินการเสร็จสิ้น")
    latest(officer, "ดำเนินการเสร็จสิ้น")
    eventually(lambda: reloaded(officer).locator(".attached img").count() > 0, 30)


def rated_badly(citizen: Visitor, filed: Filed) -> None:
    citizen.go(f"/t/{filed.code}")
    newest(citizen, "ดำเนินการเสร็จสิ้น", "เปลี่ยนหลอดไฟแล้ว")
    eventually(lambda: reloaded(citizen).locator(".photos img").count() > 0, 30)
    eventually(lambda: reloaded(citizen).locator(f"a[href$='/t/{filed.code}/rate']").count() > 0, 30)
    citizen.go(f"/t/{filed.code}/rate")
    citizen.page.locator("[name='rating'][value='1']").check()
    citizen.page.locator("[name='solved'][value='no']").check()
    citizen.field("comment").fill("ยังดับอยู่")
    citizen.field("reopen").check()
    citizen.press("ส่งการประเมิน")


def delivered(url: str, phone: str) -> list[str]:
    """Every text on the sandbox phone, once there are as many as there will be."""
    text_to(url, phone, "ประเมิน", 1)
    told = httpx.get(f"{url}/sandbox/sms/messages", params={"to": phone}).json()
    return [each["text"] for each in told]


def reopened(chief: Visitor, citizen: Visitor, filed: Filed) -> None:
    chief.go("/staff/queue?status=all&reopening=yes")
    expect(row_of(chief, filed.number)).to_be_visible(timeout=20_000)
    opens(chief, filed.number)
    expect(chief.page.locator("#answers")).to_contain_text("ยังดับอยู่")
    chief.look("case-reopening")
    does(chief, "reopen", reason="ตรวจแล้วยังดับอยู่หนึ่งต้น")
    stands(chief, "เปิดเรื่องอีกครั้ง")
    citizen.go(f"/t/{filed.code}")
    newest(citizen, "เปิดเรื่องอีกครั้ง", "ตรวจแล้วยังดับอยู่หนึ่งต้น")


def closed(chief: Visitor, citizen: Visitor, filed: Filed) -> None:
    does(chief, "resolve", outcome="solved", public_note="เปลี่ยนครบทุกต้นแล้ว")
    does(chief, "close")
    stands(chief, "ปิดเรื่อง")
    latest(chief, "ปิดเรื่อง")
    citizen.go(f"/t/{filed.code}")
    newest(citizen, "ปิดเรื่อง")
    expect(citizen.page.locator(".timeline")).not_to_contain_text("มอบหมายผู้รับผิดชอบ")


def newest(citizen: Visitor, label: str, note: str = "") -> None:
    """The first entry of the history that citizens read."""
    entry = citizen.page.locator(".timeline li").first
    eventually(lambda: reloaded(citizen).locator(".timeline .what").first.inner_text() == citizen.say(label), 20)
    expect(entry).to_contain_text(note)


def test_a_new_petition_is_in_every_window_within_two_seconds(
    browser: Browser, installation: Embedded, head: Hand
) -> None:
    """Of three that come one after the other two at least: the tests beside may need the processors."""
    with working(browser, installation.url, head) as visitor:
        windows = (visitor.page, visitor.context.new_page())
        for window in windows:
            window.goto(f"{visitor.url}/staff/queue?sort=-filed_at")
            expect(window.locator("#live")).to_be_visible()
        took = [seconds_until_seen(installation, *windows) for _ in range(3)]
        assert sorted(took)[1] < SOON_SECONDS, took


def seconds_until_seen(installation: Embedded, *windows: Page) -> float:
    number, began = filed_by_api(installation), monotonic()
    for window in windows:
        expect(window.locator(f"#row-{number}")).to_be_visible(timeout=15_000)
    return monotonic() - began


def test_of_two_who_edit_one_case_nobody_loses_anything(
    browser: Browser, installation: Embedded, head: Hand, engineer: Hand
) -> None:
    number = filed_by_api(installation)
    with working(browser, installation.url, head) as one, working(browser, installation.url, engineer) as other:
        expect(row_of(one, number)).to_be_visible(timeout=10_000)
        for visitor in (one, other):
            opens(visitor, number)
        begins(one, "add-note", text="โทรหาผู้ร้องแล้ว")
        does(other, "accept", public_note="ส่งช่างแล้ว")
        expect(one.page.locator("#changed")).to_be_visible(timeout=10_000)
        expect(one.field("text")).to_have_value("โทรหาผู้ร้องแล้ว")
        sends(one)
        expect(one.page.locator("#since")).to_contain_text(engineer.name)
        expect(one.page.locator("#since")).to_contain_text("ส่งช่างแล้ว")
        one.look("case-stale")
        sends(one)
        expect(one.page.locator("#history")).to_contain_text("โทรหาผู้ร้องแล้ว")
        expect(one.page.locator("#history")).to_contain_text("ส่งช่างแล้ว")


def test_a_case_of_another_division_stays_closed(browser: Browser, installation: Embedded, nurse: Hand) -> None:
    number = filed_by_api(installation)
    with working(browser, installation.url, nurse) as visitor:
        answer = visitor.page.goto(f"{visitor.url}/staff/petitions/{number}")
        assert answer
        assert answer.status == 403
        visitor.reads("ไม่มีสิทธิ์เปิดเรื่องนี้")
        visitor.look("case-closed")
