"""The citizen's walk through the portal, page by page, and what staff do meanwhile through the API."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

import httpx
from playwright.sync_api import expect

from shared.kernel import ids
from tests.support.browsing import Visitor, code_in, text_to
from tests.support.commands import khamrong
from tests.support.embedded import Embedded
from tests.support.waiting import eventually

PERSON: Final = {
    "petitioner.title": "นาง",
    "petitioner.given_name": "ตัวอย่าง",
    "petitioner.family_name": "ผู้ทดลองใช้",
    "petitioner.citizen_id": "3100602346588",
    "petitioner.address.house_no": "12",
    "petitioner.address.moo": "2",
    "petitioner.address.road": "วิชิตสงคราม",
    "petitioner.address.subdistrict": "กะทู้",
    "petitioner.address.district": "กะทู้",
    "petitioner.address.province": "ภูเก็ต",
    "petitioner.address.postal_code": "83120",
}
SUBJECT: Final = "ไฟถนนดับสามต้น"
DETAILS: Final = "ไฟถนนดับตั้งแต่หน้าตลาดถึงสะพาน กลางคืนมืดมาก"
STREET_LIGHT: Final = "[name='category'][value='lighting.street']"


@dataclass(frozen=True)
class Filed:
    """What the success page told."""

    number: str
    code: str


def choose_authority(visitor: Visitor) -> None:
    """From the list of authorities to the menu of the One Stop Service centre."""
    visitor.go("/")
    visitor.look("choosing")
    visitor.page.locator("#q").fill("กะทู้")
    visitor.press("ค้นหา")
    expect(visitor.page.locator("main .tile")).to_have_count(1)
    with visitor.page.expect_navigation():
        visitor.page.locator("main .tile").click()
    visitor.look("home")
    visitor.follow("ข่าวประชาสัมพันธ์")
    visitor.look("news")
    visitor.follow("เกี่ยวกับเรา")
    visitor.look("about")
    for link in (".brand", "main a.tile"):
        with visitor.page.expect_navigation():
            visitor.page.locator(link).first.click()
    visitor.look("centre")


def fill_details(visitor: Visitor, phone: str) -> None:
    """The first step."""
    fill_subject(visitor)
    for name, value in {**PERSON, "petitioner.phone": phone}.items():
        visitor.field(name).fill(value)


def fill_subject(visitor: Visitor) -> None:
    """What it is about: all that a member types."""
    group = visitor.page.locator("details", has=visitor.page.locator(STREET_LIGHT)).last
    group.locator("summary").click()
    group.locator(STREET_LIGHT).check()
    for name, value in {"subject": SUBJECT, "details": DETAILS}.items():
        visitor.field(name).fill(value)


def file_petition(visitor: Visitor, phone: str, photo: Any) -> Filed:
    """Every step, with a way back and a mistake on the way."""
    visitor.follow("แจ้งคำร้อง/ร้องเรียน")
    visitor.look("start")
    visitor.press("เริ่มแจ้งเรื่อง")
    visitor.look("details")
    visitor.press("ต่อไป")
    expect(visitor.page.locator("#error-summary")).to_be_visible()
    visitor.look("details-wrong")
    fill_details(visitor, phone)
    visitor.press("ต่อไป")
    visitor.look("place")
    visitor.press("ย้อนกลับ")
    expect(visitor.field("subject")).to_have_value(SUBJECT)
    visitor.press("ต่อไป")
    visitor.field("place.description").fill("หน้าตลาดสด")
    visitor.field("place.latitude").fill("7.9056")
    visitor.field("place.longitude").fill("98.3332")
    visitor.press("ต่อไป")
    visitor.look("attachments")
    attach(visitor, photo)
    visitor.look("attachments-with-file")
    visitor.press("ต่อไป")
    visitor.look("review")
    visitor.press("ส่งเรื่อง")
    visitor.look("confirm")
    visitor.press("ยืนยัน")
    number = visitor.page.locator("#number").inner_text()
    visitor.look("done")
    return Filed(number, visitor.page.locator(".code").first.inner_text())


def attach(visitor: Visitor, photo: Any) -> None:
    """A photo; with JavaScript it goes by itself."""
    visitor.page.locator("#files").set_input_files(photo)
    if not visitor.scripts:
        visitor.press("แนบไฟล์ที่เลือก")
    expect(visitor.page.locator("#file-list li.done")).to_have_count(1, timeout=20_000)


def prove(visitor: Visitor, phone: str) -> None:
    """From the page that asks for it: a code to the phone on file, typed."""
    before = len(_codes(visitor, phone))
    visitor.look("verify")
    visitor.press("ส่งรหัส OTP")
    visitor.look("code")
    visitor.field("otp").fill(code_in(text_to(visitor.url, phone, "OTP", before)))
    visitor.press("ยืนยัน")


def _codes(visitor: Visitor, phone: str) -> list[Any]:
    told = httpx.get(f"{visitor.url}/sandbox/sms/messages", params={"to": phone}).json()
    return [each for each in told if "OTP" in each["text"]]


class Staff:
    """Members of staff with tools of their own, who call the API."""

    def __init__(self, installation: Embedded) -> None:
        said = khamrong(installation.folder, "token", "--role", "head", "--authority", "kathu").stdout.strip()
        headers = {"Authorization": f"Bearer {said}"}
        self._client = httpx.Client(base_url=f"{installation.url}/api", headers=headers, timeout=20)

    def command(self, number: str, name: str, **told: Any) -> None:
        """One command; it is done, and tracking knows it."""
        done = self._client.post(f"/intake/v1/petitions/{number}/{name}", json=told)
        assert done.status_code == 200, done.text
        version = done.json()["version"]
        eventually(lambda: self.seen(number)["version"] >= version, 30)

    def upload(self, filename: str, content: bytes) -> str:
        """A file that a command may name."""
        taken = self._client.post("/documents/v1/uploads", files={"file": (filename, content)})
        assert taken.status_code == 201, taken.text
        return str(taken.json()["upload_id"])

    def seen(self, number: str) -> dict[str, Any]:
        """The petition as tracking shows it to staff."""
        found: dict[str, Any] = self._client.get(f"/tracking/v1/petitions/{number}").raise_for_status().json()
        return found


def link_in(text: str) -> str:
    """The path of the short link in a text, on the portal."""
    found = re.search(r"kathu\.go\.th/([0-9A-Z]{7})", text)
    assert found, text
    return f"/t/{found.group(1)}"


def new_phone() -> str:
    """A mobile number of the sandbox that no other walk uses."""
    return f"08{int.from_bytes(ids.new_key()[:4]) % 100_000_000:08}"
