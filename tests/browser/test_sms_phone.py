"""The SMS sandbox's phone in a real browser: at two widths, as texts arrive, with and without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from sandbox.sms_gateway import SmsSandboxSettings, create_app
from sandbox.sms_gateway.serving import serving

TEXT = "เลขคำร้อง KT1270567000001 รหัสติดตาม 6D0M5BX ตรวจผลที่เว็บเทศบาล"
SIZES = [pytest.param({"width": 360, "height": 740}, id="360"), pytest.param({"width": 1280, "height": 800}, id="1280")]


@pytest.fixture
def url() -> Iterator[str]:
    with serving(create_app(SmsSandboxSettings(links={"kathu.go.th/": "/t/"}))) as base:
        yield base


def send(url: str, text: str, to: str = "0812345678") -> None:
    fields = {"msisdn": to, "message": text, "sender": "KATHU"}
    httpx.post(f"{url}/sms", data=fields, auth=("sandbox", "sandbox")).raise_for_status()


def opened(browser: Browser, address: str, size: dict[str, int], *, javascript: bool = True) -> Page:
    context = browser.new_context(
        viewport={"width": size["width"], "height": size["height"]}, java_script_enabled=javascript
    )
    page = context.new_page()
    page.goto(address)
    return page


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("query", ["", "?to=0812345678", "?to=0899999999", "?to=076321500"])
def test_nothing_sticks_out_and_it_says_what_it_is(
    browser: Browser, url: str, size: dict[str, int], query: str
) -> None:
    send(url, TEXT)
    send(url, "ก" * 201)
    page = opened(browser, f"{url}/{query}", size)
    assert page.evaluate("document.documentElement.scrollWidth") == size["width"]
    expect(page.get_by_text("ระบบจำลอง ไม่ใช่ SMS จริง")).to_be_in_viewport()
    page.context.close()


def test_on_a_phone_the_list_leads_to_the_thread_and_back(browser: Browser, url: str) -> None:
    send(url, TEXT)
    send(url, "อีกหมายเลข", "0898765432")
    page = opened(browser, url, {"width": 360, "height": 740})
    expect(page.locator(".thread")).to_be_hidden()
    page.get_by_role("link", name="081-234-5678").click()
    expect(page.locator(".text")).to_have_text(TEXT)
    expect(page.locator(".threads")).to_be_hidden()
    page.get_by_role("link", name="กลับไปหน้ารายการ").click()
    expect(page.get_by_role("link", name="089-876-5432")).to_be_visible()
    page.context.close()


def test_a_number_is_opened_by_typing_it(browser: Browser, url: str) -> None:
    send(url, TEXT)
    page = opened(browser, url, {"width": 360, "height": 740})
    page.get_by_label("เปิดหมายเลขโทรศัพท์").fill("081-234-5678")
    page.get_by_role("button", name="เปิด").click()
    expect(page.locator(".text")).to_have_text(TEXT)
    page.context.close()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_new_text_appears_by_itself(browser: Browser, url: str, javascript: bool) -> None:
    send(url, TEXT)
    page = opened(browser, f"{url}/?to=0812345678", {"width": 360, "height": 740}, javascript=javascript)
    expect(page.locator(".text")).to_have_count(1)
    send(url, "ข้อความใหม่")
    expect(page.locator(".text").last).to_have_text("ข้อความใหม่", timeout=15_000)
    page.context.close()


def test_a_known_short_address_leads_on(browser: Browser, url: str) -> None:
    send(url, "ตรวจสอบผลที่ kathu.go.th/6D0M5BX")
    page = opened(browser, f"{url}/?to=0812345678", {"width": 360, "height": 740})
    expect(page.get_by_role("link", name="kathu.go.th/6D0M5BX")).to_have_attribute("href", "/t/6D0M5BX")
    page.context.close()


def test_the_browser_has_nothing_to_complain_about(browser: Browser, url: str) -> None:
    send(url, TEXT)
    page = browser.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("requestfailed", lambda request: complaints.append(request.url))
    page.goto(url, wait_until="networkidle")
    assert complaints == []
    page.close()
