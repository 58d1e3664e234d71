"""The Digital ID sandbox in a real browser: at two widths, with and without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from sandbox.digital_id.samples import PASSWORD
from sandbox.sms_gateway import SmsSandboxSettings
from sandbox.sms_gateway import create_app as create_sms
from sandbox.sms_gateway.serving import serving
from tests.support.digital_id import CALLBACK, NAMED, Party, digital_id

NOTICE = "ระบบจำลอง ไม่ใช่ Digital ID จริง"
WIDTHS = [360, 1280]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="module")
def sms() -> Iterator[str]:
    with serving(create_sms(SmsSandboxSettings())) as url:
        yield url


@pytest.fixture(scope="module")
def url(sms: str) -> Iterator[str]:
    with digital_id(sms_url=sms, sms_page=sms) as base:
        yield base


def opened(browser: Browser, width: int = 360, *, javascript: bool = True) -> BrowserContext:
    return browser.new_context(viewport={"width": width, "height": 740}, java_script_enabled=javascript)


def sent(page: Page, url: str, name: str) -> None:
    """A relying party sends the browser to the log-in page."""
    request = Party(url, NAMED[name]).authorize().request
    page.goto(str(request.url))


def fits(page: Page, width: int) -> None:
    """Nothing sticks out, and the page says what it is."""
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    expect(page.get_by_text(NOTICE)).to_be_in_viewport()
    expect(page.locator("h1")).to_have_count(1)
    found = Axe().run(page, options={"runOnly": WCAG}).response["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []


def log_in(page: Page, user: str) -> None:
    page.get_by_label("ชื่อผู้ใช้").fill(user)
    page.get_by_label("รหัสผ่าน").fill(PASSWORD)
    page.locator("main form button").click()


def address_after(page: Page, button: str) -> str:
    """Where the browser is sent by the button, which is nobody's address in these tests."""
    with page.expect_request(re.compile(re.escape(CALLBACK))) as sent_to:
        page.get_by_role("button", name=button, exact=True).click()
    return sent_to.value.url


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", sorted(NAMED))
def test_log_in_by_password_and_agree(browser: Browser, url: str, name: str, width: int) -> None:
    context = opened(browser, width)
    page = context.new_page()
    sent(page, url, name)
    fits(page, width)
    page.get_by_label("ชื่อผู้ใช้").fill("sample3")
    page.get_by_label("รหัสผ่าน").fill("wrong")
    page.locator("main form button").click()
    expect(page.get_by_role("alert")).to_be_visible()
    fits(page, width)
    log_in(page, "sample3")
    expect(page.get_by_role("heading", name="การยินยอมให้ใช้ข้อมูล")).to_be_visible()
    fits(page, width)
    assert "code=" in address_after(page, "ยินยอม")
    context.close()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_desktop_goes_on_when_the_phone_approves(browser: Browser, url: str, javascript: bool) -> None:
    desktop, phone = opened(browser, 1280, javascript=javascript), opened(browser)
    page, screen = desktop.new_page(), phone.new_page()
    sent(page, url, "thaid")
    page.get_by_role("link", name="เข้าสู่ระบบด้วยแอป ThaiD").click()
    expect(page.get_by_alt_text("QR สำหรับสแกนด้วยโทรศัพท์")).to_be_visible()
    assert page.locator("img.qr").bounding_box()
    screen.goto(page.get_by_role("link", name="เปิดแอป ThaiD บนเครื่องนี้").get_attribute("href") or "")
    log_in(screen, "sample1")
    expect(screen.get_by_role("heading", name="ยืนยันการเข้าสู่ระบบ")).to_be_visible()
    fits(screen, 360)
    with page.expect_request(re.compile(re.escape(CALLBACK)), timeout=15_000) as sent_to:
        screen.get_by_role("button", name="ยินยอม", exact=True).click()
        expect(screen.get_by_role("heading", name="ยืนยันแล้ว")).to_be_visible()
    assert "code=" in sent_to.value.url
    desktop.close()
    phone.close()


def test_on_a_phone_there_is_no_qr_but_the_app(browser: Browser, url: str) -> None:
    context = opened(browser)
    page = context.new_page()
    sent(page, url, "dga")
    page.get_by_role("link", name="เข้าสู่ระบบด้วย ThaiD").click()
    expect(page.locator("img.qr")).to_be_hidden()
    page.get_by_role("link", name="เปิดแอป ThaiD บนเครื่องนี้").click()
    log_in(page, "sample1")
    assert "code=" in address_after(page, "ยินยอม")
    context.close()


@pytest.mark.parametrize(
    ("width", "javascript", "number"), [(360, True, "3100602346588"), (1280, False, "1101700207129")]
)
def test_registration_in_six_steps(
    browser: Browser, url: str, sms: str, width: int, javascript: bool, number: str
) -> None:
    context = opened(browser, width, javascript=javascript)
    page = context.new_page()
    seen = width if javascript else None
    sent(page, url, "dga")
    page.get_by_role("link", name="ลงทะเบียน").click()
    look(page, "ขั้นที่ 1 จาก 6", seen)
    page.get_by_label("ข้าพเจ้าได้อ่านและยอมรับ").check()
    page.get_by_role("button", name="ต่อไป").click()
    look(page, "ขั้นที่ 2 จาก 6", seen)
    page.get_by_label("เลขประจำตัวประชาชน").fill(number)
    page.get_by_label("รหัสหลังบัตร").fill("JT9-9999999-99")
    page.get_by_role("button", name="ต่อไป").click()
    look(page, "ขั้นที่ 3 จาก 6", seen)
    fill_account(page, f"tester{width}")
    look(page, "ขั้นที่ 4 จาก 6", seen)
    page.get_by_label("หมายเลขโทรศัพท์").fill(f"081-234-{width:04}")
    page.get_by_role("button", name="ขอรหัส OTP").click()
    look(page, "รหัสอ้างอิง", seen)
    page.get_by_label("รหัส OTP").fill("000000")
    page.get_by_role("button", name="ยืนยันรหัส").click()
    look(page, "รหัสไม่ถูกต้อง", seen)
    page.get_by_label("รหัส OTP").fill(code_for(sms, f"081234{width:04}"))
    page.get_by_role("button", name="ยืนยันรหัส").click()
    look(page, "ขั้นที่ 5 จาก 6", seen)
    page.get_by_role("button", name="ยืนยันข้อมูล").click()
    expect(page.get_by_role("status")).to_have_text("ลงทะเบียน Digital ID (จำลอง) สำเร็จแล้ว")
    page.get_by_role("link", name="เข้าสู่ระบบ").click()
    expect(page.get_by_role("heading", name="เข้าสู่ระบบ")).to_be_visible()
    context.close()


def look(page: Page, text: str, width: int | None) -> None:
    """At the page that shows the text. axe needs JavaScript in it."""
    expect(page.get_by_text(text).first).to_be_visible()
    if width is not None:
        fits(page, width)


def fill_account(page: Page, user_name: str) -> None:
    page.get_by_label("ชื่อ (ภาษาไทย)").fill("สมใจ")
    page.get_by_label("นามสกุล").fill("ทดสอบเท่านั้น")
    page.get_by_label("ชื่อผู้ใช้").fill(user_name)
    page.get_by_label("รหัสผ่าน", exact=True).fill("correct horse")
    page.get_by_label("ยืนยันรหัสผ่าน").fill("correct horse")
    page.get_by_role("button", name="ต่อไป").click()


def code_for(sms: str, phone: str) -> str:
    (message,) = httpx.get(f"{sms}/messages", params={"to": phone}).json()
    found = re.search(r"OTP (\d{6})", message["text"])
    assert found
    return found.group(1)


@pytest.mark.parametrize("width", WIDTHS)
def test_sample_people_are_on_the_entrance(browser: Browser, url: str, width: int) -> None:
    context = opened(browser, width)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("requestfailed", lambda request: complaints.append(request.url))
    page.goto(f"{url}/", wait_until="networkidle")
    expect(page.get_by_text("ตัวอย่างหนึ่ง")).to_be_visible()
    expect(page.get_by_text(PASSWORD)).to_be_visible()
    fits(page, width)
    assert complaints == []
    context.close()
