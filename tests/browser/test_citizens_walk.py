"""From choosing an authority to reopening: with scripts and without, on a phone and at a desk, in Thai and English."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from services.portal.texts.catalogue import Language
from tests.support.browsing import DESK, PHONE, Visitor, text_to, visiting
from tests.support.embedded import Embedded
from tests.support.waiting import eventually
from tests.support.walking import Filed, Staff, choose_authority, file_petition, link_in, new_phone, prove

pytestmark = [pytest.mark.timeout(600), pytest.mark.xdist_group("browser")]
WALKS = [
    pytest.param("th", PHONE, True, id="th-360-scripts"),
    pytest.param("en", PHONE, False, id="en-360-plain"),
    pytest.param("th", DESK, False, id="th-1280-plain"),
    pytest.param("en", DESK, True, id="en-1280-scripts-dark"),
]


def picture(colour: str) -> bytes:
    """A small photo."""
    kept = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(kept, "JPEG")
    return kept.getvalue()


@pytest.mark.parametrize(("language", "size", "scripts"), WALKS)
def test_a_citizen_walks_from_choosing_to_reopening(
    browser: Browser,
    installation: Embedded,
    tmp_path: Path,
    language: Language,
    size: dict[str, int],
    scripts: bool,
) -> None:
    photo, phone, staff = tmp_path / "ไฟดับ.jpg", new_phone(), Staff(installation)
    photo.write_bytes(picture("#223"))
    dark = scripts and size is DESK
    with visiting(browser, installation.url, language, size=size, scripts=scripts, dark=dark) as visitor:
        choose_authority(visitor)
        filed = file_petition(visitor, phone, photo)
        the_form_is_there(visitor, filed)
        visitor.go(link_in(text_to(installation.url, phone, filed.number)))
        visitor.reads("รอรับเรื่อง")
        visitor.look("status-filed")
        followed_by_number(visitor, filed, phone)
        answered(visitor, staff, filed, phone)
        resolved_and_rated(visitor, staff, filed)
        reopened(visitor, staff, filed)


def the_form_is_there(visitor: Visitor, filed: Filed) -> None:
    """The page says that it is being made, and refreshes itself until it is there."""
    visitor.page.get_by_role("link", name=visitor.say("พิมพ์คำร้องนี้")).wait_for(timeout=30_000)
    printed = visitor.context.request.get(f"{visitor.url}/kathu/petitions/new/form.pdf")
    assert printed.headers["content-type"] == "application/pdf"
    assert printed.body().startswith(b"%PDF")
    masked = visitor.context.request.get(f"{visitor.url}/t/{filed.code}/form.pdf")
    assert masked.body().startswith(b"%PDF")


def followed_by_number(visitor: Visitor, filed: Filed, phone: str) -> None:
    visitor.go("/kathu/services/oss")
    visitor.follow("ตรวจสอบผลดำเนินการ")
    visitor.look("track")
    visitor.field("number").fill(filed.number)
    visitor.field("phone_last4").fill("0000" if not phone.endswith("0000") else "1111")
    visitor.press("ค้นหา")
    expect(visitor.page.locator("#error-summary")).to_be_visible()
    visitor.look("track-wrong")
    expect(visitor.field("number")).to_have_value(filed.number)
    visitor.field("phone_last4").fill(phone[-4:])
    visitor.press("ค้นหา")
    expect(visitor.page.locator(".number").first).to_have_text(filed.number)


def answered(visitor: Visitor, staff: Staff, filed: Filed, phone: str) -> None:
    """Staff ask something; the petitioner proves who they are, and answers with words."""
    staff.command(filed.number, "accept", public_note="ส่งกองช่างแล้ว")
    staff.command(filed.number, "request-information", question="ไฟดับกี่ต้น")
    visitor.go(f"/t/{filed.code}")
    visitor.reads("รอข้อมูลจากผู้ร้อง")
    visitor.look("status-waiting")
    visitor.follow("ตอบข้อมูลที่เจ้าหน้าที่ขอ")
    prove(visitor, phone)
    expect(visitor.page.get_by_text("ไฟดับกี่ต้น")).to_be_visible()
    visitor.look("answer")
    visitor.field("text").fill("สามต้น ต้นที่ 12 ถึง 14")
    visitor.press("ส่งข้อมูล")
    visitor.reads("ส่งข้อมูลเพิ่มเติมให้เจ้าหน้าที่แล้ว ขอบคุณ")
    visitor.follow("ดูรายละเอียดและไฟล์แนบของท่าน")
    eventually(lambda: _sees(visitor, "สามต้น ต้นที่ 12 ถึง 14"), 20)
    expect(visitor.page.get_by_text("ไฟดับ.jpg")).to_be_visible()
    visitor.look("own")


def resolved_and_rated(visitor: Visitor, staff: Staff, filed: Filed) -> None:
    """A photo of the work is published; the citizen says that it is not solved, and asks to reopen."""
    staff.command(filed.number, "start")
    done = staff.upload("after.jpg", picture("#eda"))
    staff.command(filed.number, "resolve", outcome="solved", public_note="เปลี่ยนหลอดไฟแล้ว", uploads=[done])
    visitor.go(f"/t/{filed.code}")
    eventually(lambda: _sees(visitor, visitor.say("ภาพผลการดำเนินการ")), 30)
    eventually(lambda: _sees(visitor, visitor.say("ประเมินความพึงพอใจ")), 30)
    visitor.look("status-resolved")
    visitor.follow("ประเมินความพึงพอใจ")
    visitor.look("rate")
    visitor.press("ส่งการประเมิน")
    visitor.look("rate-wrong")
    visitor.page.locator("[name='rating'][value='2']").check()
    visitor.page.locator("[name='solved'][value='no']").check()
    visitor.field("comment").fill("ยังดับอยู่หนึ่งต้น")
    visitor.field("reopen").check()
    visitor.press("ส่งการประเมิน")
    visitor.reads("บันทึกการประเมินและส่งคำขอให้เปิดเรื่องอีกครั้งแล้ว เจ้าหน้าที่จะพิจารณาและแจ้งผลในหน้านี้")


def reopened(visitor: Visitor, staff: Staff, filed: Filed) -> None:
    """Staff decide; the citizen sees it."""
    eventually(lambda: staff.seen(filed.number)["reopening_requested"], 30)
    visitor.go(f"/t/{filed.code}")
    visitor.reads("ท่านขอให้เปิดเรื่องนี้อีกครั้งแล้ว เจ้าหน้าที่กำลังพิจารณา")
    staff.command(filed.number, "reopen", reason="ตรวจสอบแล้วยังดับอยู่หนึ่งต้น")
    visitor.go(f"/t/{filed.code}")
    visitor.reads("เปิดเรื่องอีกครั้ง")
    visitor.look("status-reopened")


def _sees(visitor: Visitor, text: str) -> bool:
    if visitor.page.get_by_text(text).count():
        return True
    visitor.page.reload()
    return False
