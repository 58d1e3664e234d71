"""What the filing pages do better with a script: each is complete without, as `tests/integration/portal` shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from sandbox.sms_gateway.serving import serving
from services.portal.app import create_app
from tests.samples import uploads as make
from tests.support.documents import paper_room
from tests.support.filing_portal import DETAILS, NEW, PLACE, Counter, counter
from tests.support.gateways import facts_in
from tests.support.intake import IntakeOffice, intake_office
from tests.support.waiting import eventually

TILES = "http://127.0.0.1:9/{z}/{x}/{y}.png"
PIXEL = make.picture("PNG", (256, 256))
PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def office(databases: Any, keyring_url: str) -> Iterator[IntakeOffice]:
    with intake_office(databases.make("intake"), keyring_url) as running:
        yield running


@pytest.fixture(scope="module")
def filing(databases: Any, keyring_url: str, office: IntakeOffice, tmp_path_factory: Any) -> Iterator[Counter]:
    with ExitStack() as stack:
        vault: Path = tmp_path_factory.mktemp("vault")
        papers = stack.enter_context(paper_room(databases.make("documents"), keyring_url, vault))
        told = {"public_url": "http://127.0.0.1", "tiles_url": TILES, "tiles_attribution": "© ผู้ทำแผนที่"}
        yield stack.enter_context(counter(databases.make("portal"), office, papers.client.app, **told))


@pytest.fixture(scope="module")
def url(filing: Counter) -> Iterator[str]:
    with serving(create_app(filing.portal)) as base:
        yield base


@pytest.fixture
def page(browser: Browser, url: str) -> Iterator[Page]:
    """At the first step, on a phone; nothing is asked of anybody but the portal and the map's tiles."""
    context = browser.new_context(
        viewport={"width": PHONE["width"], "height": PHONE["height"]},
        base_url=url,
        permissions=["geolocation"],
        geolocation={"latitude": 7.88, "longitude": 98.39, "accuracy": 12},
    )
    context.route(re.compile("//127.0.0.1:9/"), lambda route: route.fulfill(body=PIXEL, content_type="image/png"))
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(f"{opened.url}: {error.stack}"))
    opened.on("console", lambda message: _note(complaints, message))
    opened.goto(NEW)
    opened.get_by_role("button", name="เริ่มแจ้งเรื่อง").click()
    yield opened
    context.close()
    assert complaints == []


def _note(complaints: list[str], message: Any) -> None:
    if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
        complaints.append(message.text)


def fill(page: Page, fields: dict[str, str]) -> None:
    """Type into fields by their names."""
    for name, value in fields.items():
        page.locator(f"[name='{name}']").fill(value)


def next_step(page: Page, title: str) -> None:
    """Press ต่อไป, and be there."""
    page.get_by_role("button", name="ต่อไป", exact=True).last.click()
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()


def test_categories_are_found_by_typing(page: Page) -> None:
    search = page.get_by_label("ค้นหาประเภท")
    search.fill("ไฟถนน")
    expect(page.locator(".choice:visible")).to_have_count(1)
    expect(page.locator("#category-count")).to_have_text("พบ 1 ประเภท")
    page.get_by_label("ไฟถนนดับ/ชำรุด").check()
    search.fill("ไม่มีเรื่องนี้")
    expect(page.locator("#category-count")).to_contain_text("ไม่พบประเภท")
    search.fill("ขยะและ")
    expect(page.locator(".group:visible")).to_have_count(1)
    search.fill("")
    expect(page.locator(".group:visible")).to_have_count(13)
    expect(page.get_by_label("ไฟถนนดับ/ชำรุด")).to_be_checked()
    expect(page.get_by_label("ไฟถนนดับ/ชำรุด")).to_be_visible()


def test_an_address_is_completed_with_the_keyboard_alone(page: Page) -> None:
    box = page.get_by_role("combobox", name="ค้นหาตำบล อำเภอ จังหวัด หรือรหัสไปรษณีย์")
    box.press_sequentially("กมลา กะทู้")
    options = page.get_by_role("listbox").get_by_role("option")
    expect(options).to_have_count(2)
    box.press("ArrowDown")
    box.press("ArrowDown")
    expect(options.last).to_have_attribute("aria-selected", "true")
    box.press("Enter")
    expect(page.get_by_label("รหัสไปรษณีย์", exact=True)).to_have_value("83150")
    expect(page.get_by_label("ตำบล/แขวง", exact=True)).to_have_value("กมลา")
    box.press_sequentially("ไม่มีตำบลนี้")
    expect(page.get_by_text("ไม่พบ ลองพิมพ์ให้สั้นลง").first).to_be_attached()
    box.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    box.press("Enter")
    expect(page).to_have_url(re.compile(f"{NEW}/details$"))


def test_the_pin_is_put_by_hand_by_key_and_from_the_device(page: Page) -> None:
    page.goto(f"{NEW}/place")
    latitude, longitude = page.get_by_label("ละติจูด"), page.get_by_label("ลองจิจูด")
    page.locator("#map").click(position={"x": 60, "y": 80})
    clicked = float(latitude.input_value())
    assert abs(clicked - 7.9056) < 0.1, "the map opens at the town"
    pin = page.locator(".leaflet-marker-icon")
    pin.focus()
    page.keyboard.press("ArrowDown")
    assert float(latitude.input_value()) < clicked
    pin.drag_to(page.locator("#map"), target_position={"x": 200, "y": 200})
    eventually(lambda: float(longitude.input_value()) > 98.3332)
    page.get_by_role("button", name="ใช้ตำแหน่งปัจจุบัน").click()
    expect(page.locator("#location-status")).to_contain_text("คลาดเคลื่อนประมาณ 12 เมตร")
    assert (latitude.input_value(), longitude.input_value()) == ("7.880000", "98.390000")
    page.get_by_role("button", name="เอาหมุดออก").click()
    expect(pin).to_have_count(0)
    assert (latitude.input_value(), longitude.input_value()) == ("", "")
    fill(page, {"place.latitude": "๗.๙", "place.longitude": "98.3"})
    longitude.press("Tab")
    expect(pin).to_have_count(1)
    page.get_by_role("button", name="ปักหมุดกลางแผนที่").click()
    assert abs(float(latitude.input_value()) - 7.9) < 0.001
    next_step(page, "เอกสารประกอบ")
    page.goto(f"{NEW}/place")
    expect(pin).to_have_count(1)


def test_who_does_not_share_the_location_types_it(page: Page) -> None:
    page.context.clear_permissions()
    page.goto(f"{NEW}/place")
    page.get_by_role("button", name="ใช้ตำแหน่งปัจจุบัน").click()
    expect(page.locator("#location-status")).to_contain_text("กรอกพิกัดเอง")


def test_files_show_their_progress_and_why_they_are_not_taken(page: Page) -> None:
    page.goto(f"{NEW}/attachments")
    large = make.pdf() + b"\n" * (5 * 1024 * 1024)
    page.set_input_files(
        "#files",
        [
            {"name": "ถนน.jpg", "mimeType": "image/jpeg", "buffer": make.picture("JPEG")},
            {"name": "ใหญ่.pdf", "mimeType": "application/pdf", "buffer": large},
            {"name": "โปรแกรม.exe", "mimeType": "application/octet-stream", "buffer": b"MZ"},
            {"name": "หลอก.png", "mimeType": "image/png", "buffer": b"MZ" * 99},
        ],
    )
    rows = page.locator("#file-list li")
    expect(rows.filter(has_text="ถนน.jpg")).to_have_class("done")
    expect(rows.filter(has_text="ใหญ่.pdf")).to_contain_text("เกิน 5 MB")
    expect(rows.filter(has_text="โปรแกรม.exe")).to_contain_text("แนบได้เฉพาะไฟล์")
    expect(rows.filter(has_text="หลอก.png")).to_contain_text("ไม่ตรงกับนามสกุล")
    page.get_by_role("button", name="ลบไฟล์ ถนน.jpg").click()
    expect(rows.filter(has_text="ถนน.jpg")).to_have_count(0)
    page.reload()
    expect(rows).to_have_count(0)


def test_a_file_on_its_way_holds_the_page_and_can_be_cancelled(page: Page) -> None:
    page.goto(f"{NEW}/attachments")
    held: list[Route] = []
    page.route(f"**{NEW}/attachments", lambda route: held.append(route))
    page.set_input_files("#files", [{"name": "ก.pdf", "mimeType": "application/pdf", "buffer": make.pdf()}])
    expect(page.locator("#file-list li")).to_have_class("sending")
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.get_by_role("button", name="ต่อไป", exact=True).last.click()
    expect(page.get_by_text("กรุณารอให้ส่งไฟล์เสร็จก่อน").last).to_be_visible()
    page.get_by_role("button", name="ยกเลิกการส่ง ก.pdf").click()
    expect(page.locator("#file-list li")).to_have_count(0)
    page.unroute(f"**{NEW}/attachments")
    next_step(page, "ตรวจสอบข้อมูลก่อนส่งเรื่อง")


def test_a_file_whose_connection_broke_is_sent_again(page: Page) -> None:
    page.goto(f"{NEW}/attachments")
    page.route(f"**{NEW}/attachments", lambda route: route.abort())
    page.set_input_files("#files", [{"name": "ก.pdf", "mimeType": "application/pdf", "buffer": make.pdf()}])
    expect(page.locator("#file-list li")).to_contain_text("ส่งไฟล์ไม่สำเร็จ")
    page.unroute(f"**{NEW}/attachments")
    page.get_by_role("button", name="ลองใหม่").click()
    expect(page.locator("#file-list li")).to_have_class("done")


def test_files_are_dropped(page: Page) -> None:
    page.goto(f"{NEW}/attachments")
    dropped = page.evaluate_handle(
        """octets => {
            const data = new DataTransfer();
            for (const name of ["ก.pdf", "ข.pdf"]) data.items.add(new File([new Uint8Array(octets)], name));
            return data;
        }""",
        list(make.pdf()),
    )
    page.dispatch_event("#drop", "drop", {"dataTransfer": dropped})
    expect(page.locator("#file-list li.done")).to_have_count(2)


def test_a_double_click_files_one_petition_and_its_number_is_copied(page: Page, office: IntakeOffice) -> None:
    before = facts_in(office.url).count("petition.filed")
    page.context.grant_permissions(["geolocation", "clipboard-read", "clipboard-write"])
    page.get_by_label("ค้นหาประเภท").fill("ไหล่ทาง")
    page.get_by_label("ถนน/ไหล่ทาง").check()
    fill(page, {name: value for name, value in DETAILS.items() if name != "category"})
    next_step(page, "สถานที่ให้ดำเนินการ")
    fill(page, PLACE)
    next_step(page, "เอกสารประกอบ")
    next_step(page, "ตรวจสอบข้อมูลก่อนส่งเรื่อง")
    page.get_by_role("button", name="ส่งเรื่อง", exact=True).last.click()
    page.get_by_role("button", name="ยืนยัน", exact=True).dblclick()
    expect(page.get_by_role("heading", level=1, name="ส่งคำร้อง/ร้องเรียนเรียบร้อยแล้ว")).to_be_visible()
    assert facts_in(office.url).count("petition.filed") == before + 1
    page.get_by_role("button", name="คัดลอกเลขคำร้อง").click()
    expect(page.get_by_text("คัดลอกแล้ว")).to_be_visible()
    number = page.locator("#number").inner_text()
    assert page.evaluate("navigator.clipboard.readText()") == number
    page.reload()
    expect(page.locator("#number")).to_have_text(number)


def test_errors_are_in_focus_and_lead_to_their_fields(page: Page) -> None:
    page.get_by_role("button", name="ต่อไป", exact=True).last.click()
    expect(page.locator("#error-summary")).to_be_focused()
    page.get_by_role("link", name="กรุณากรอกหมายเลขโทรศัพท์").click()
    expect(page.locator("[name='petitioner.phone']")).to_be_focused()
