"""The keyboard alone files a petition and follows it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.support.browsing import DESK, Visitor, code_in, text_to, visiting
from tests.support.embedded import Embedded
from tests.support.waiting import eventually
from tests.support.walking import DETAILS, PERSON, STREET_LIGHT, SUBJECT, Staff, new_phone

pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("browser")]
MOST_TABS = 120


def reach(visitor: Visitor, wanted: Locator) -> None:
    """Tab until it has the focus, which must be seen."""
    for _ in range(MOST_TABS):
        visitor.page.keyboard.press("Tab")
        if wanted.evaluate("each => each === document.activeElement"):
            assert wanted.evaluate("each => getComputedStyle(each).outlineStyle") != "none"
            return
    pytest.fail(f"{wanted} is not reached by {MOST_TABS} tabs")


def go_to(visitor: Visitor, wanted: Locator) -> None:
    """Reach a link or a button and press Enter."""
    before = visitor.page.url
    reach(visitor, wanted)
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url(lambda url: url != before)


def type_into(visitor: Visitor, name: str, text: str) -> None:
    """Reach a field and type."""
    reach(visitor, visitor.field(name))
    visitor.page.keyboard.type(text)


def button(visitor: Visitor, thai: str) -> Locator:
    """The button that everybody sees."""
    return visitor.page.get_by_role("button", name=visitor.say(thai), exact=True).last


def test_the_first_tab_leads_past_the_menu(browser: Browser, installation: Embedded) -> None:
    with visiting(browser, installation.url, size=DESK) as visitor:
        visitor.go("/kathu/")
        visitor.page.keyboard.press("Tab")
        expect(visitor.page.locator(".skip")).to_be_in_viewport()
        visitor.page.keyboard.press("Enter")
        expect(visitor.page.locator("#main")).to_be_focused()


def test_a_petition_is_filed_without_a_mouse(browser: Browser, installation: Embedded) -> None:
    phone = new_phone()
    with visiting(browser, installation.url, size=DESK) as visitor:
        visitor.go("/kathu/services/oss")
        go_to(visitor, visitor.page.locator("a[href$='petitions/new']").first)
        go_to(visitor, button(visitor, "เริ่มแจ้งเรื่อง"))
        group = visitor.page.locator("details", has=visitor.page.locator(STREET_LIGHT)).last
        reach(visitor, group.locator("summary"))
        visitor.page.keyboard.press("Enter")
        reach(visitor, group.locator("input").first)
        visitor.page.keyboard.press("Space")
        for name, text in {"subject": SUBJECT, "details": DETAILS}.items():
            type_into(visitor, name, text)
        for name in _in_order(visitor, {**PERSON, "petitioner.phone": phone}):
            type_into(visitor, name, {**PERSON, "petitioner.phone": phone}[name])
        go_to(visitor, button(visitor, "ต่อไป"))
        go_to(visitor, button(visitor, "ต่อไป"))
        go_to(visitor, button(visitor, "ต่อไป"))
        go_to(visitor, button(visitor, "ส่งเรื่อง"))
        go_to(visitor, button(visitor, "ยืนยัน"))
        number = visitor.page.locator("#number").inner_text()
        visitor.go("/kathu/track")
        type_into(visitor, "number", number)
        type_into(visitor, "phone_last4", phone[-4:])
        go_to(visitor, button(visitor, "ค้นหา"))
        expect(visitor.page.locator(".number").first).to_have_text(number)
        answer_and_rate(visitor, Staff(installation), number, phone)


def answer_and_rate(visitor: Visitor, staff: Staff, number: str, phone: str) -> None:
    """What the petitioner does later: a code from the phone, an answer, a rating."""
    staff.command(number, "accept")
    go_to(visitor, visitor.page.locator("a[href$='/answer']").first)
    go_to(visitor, button(visitor, "ส่งรหัส OTP"))
    type_into(visitor, "otp", code_in(text_to(visitor.url, phone, "OTP")))
    go_to(visitor, button(visitor, "ยืนยัน"))
    type_into(visitor, "text", "สามต้น")
    go_to(visitor, button(visitor, "ส่งข้อมูล"))
    staff.command(number, "resolve", outcome="solved", public_note="เปลี่ยนหลอดไฟแล้ว")
    rate = visitor.page.locator("a[href$='/rate']")
    eventually(lambda: visitor.page.reload() and rate.count(), 30)
    go_to(visitor, rate.first)
    reach(visitor, visitor.page.locator("[name='rating']").first)
    visitor.page.keyboard.press("ArrowRight")
    reach(visitor, visitor.page.locator("[name='solved']").first)
    visitor.page.keyboard.press("Space")
    go_to(visitor, button(visitor, "ส่งการประเมิน"))
    visitor.reads("บันทึกการประเมินแล้ว ขอบคุณที่ช่วยให้เราบริการได้ดีขึ้น")


def _in_order(visitor: Visitor, wanted: dict[str, str]) -> list[str]:
    """Fields as they follow each other on the page."""
    names = visitor.page.locator("main [name]").evaluate_all("all => all.map(each => each.name)")
    return [name for name in dict.fromkeys(names) if name in wanted]
