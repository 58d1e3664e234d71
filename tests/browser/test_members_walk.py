"""People with a browser log in with Digital ID, become members, look after what is theirs, and log out."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from sandbox.digital_id.samples import people
from services.portal.texts.catalogue import Language
from tests.support.browsing import DESK, PHONE, Visitor, violations, visiting
from tests.support.commands import khamrong
from tests.support.digital_id_walk import Way, logs_in
from tests.support.embedded import Embedded
from tests.support.waiting import eventually
from tests.support.walking import SUBJECT, fill_subject, new_phone

pytestmark = [pytest.mark.timeout(600), pytest.mark.xdist_group("browser")]
NUMBERS = {each.user_name: each.citizen_number for each in people()}
NAMES = {each.user_name: f"{each.given_name} {each.family_name}" for each in people()}
WALKS = [
    pytest.param("th", PHONE, True, "sample1", id="th-360-scripts"),
    pytest.param("en", DESK, False, "sample3", id="en-1280-plain"),
]
WAYS = [(provider, way) for provider in ("thaid", "dga") for way in ("password", "qr")]


@pytest.mark.parametrize(("language", "size", "scripts", "user"), WALKS)
def test_a_citizen_becomes_a_member_and_at_last_is_forgotten(
    browser: Browser, installation: Embedded, language: Language, size: dict[str, int], scripts: bool, user: str
) -> None:
    phone = new_phone()
    with visiting(browser, installation.url, language, size=size, scripts=scripts) as visitor:
        visited: list[str] = []
        visitor.page.on("request", lambda request: visited.append(request.url))
        refuses(visitor, browser, user)
        joins(visitor, browser, user, phone)
        files(visitor, user)
        looks_after_the_account(visitor, user)
        session = session_of(visitor)
        tells_nothing(visitor, installation, visited, (NUMBERS[user], phone, phone.lstrip("0"), session))
        logs_out(visitor)
        is_forgotten(visitor, browser, user)
        tells_nothing(visitor, installation, visited, (NUMBERS[user], phone, phone.lstrip("0"), NAMES[user]))


def refuses(visitor: Visitor, browser: Browser, user: str) -> None:
    visitor.go("/kathu/login")
    visitor.look("login")
    logs_in(visitor, browser, user)
    visitor.reads("การยินยอมให้ใช้ข้อมูล")
    visitor.look("consent")
    visitor.press("ไม่ยินยอม")
    visitor.reads("ท่านไม่ยินยอมให้ใช้ข้อมูล จึงไม่มีการสร้างบัญชี และระบบไม่ได้เก็บข้อมูลของท่านไว้")
    visitor.look("declined")
    leaves_the_provider(visitor)


def leaves_the_provider(visitor: Visitor) -> None:
    """Who has left here is logged in there still; from there one comes back."""
    visitor.follow("ออกจากระบบของผู้ให้บริการ")
    visitor.page.wait_for_url("**/sandbox/digital-id/**")
    visitor.page.locator("form button").first.click()
    visitor.page.wait_for_url("**/logged-out")
    visitor.reads("ออกจากระบบแล้ว")


def joins(visitor: Visitor, browser: Browser, user: str, phone: str) -> None:
    visitor.go("/kathu/login")
    logs_in(visitor, browser, user)
    visitor.press("ยินยอม")
    expect(visitor.page.get_by_text(NAMES[user]).first).to_be_visible()
    visitor.look("join")
    visitor.press("สร้างบัญชี")
    expect(visitor.page.locator("#error-summary")).to_be_visible()
    visitor.look("join-wrong")
    told = {"phone": phone, "address.house_no": "12", "address.subdistrict": "กะทู้", "address.district": "กะทู้",
            "address.province": "ภูเก็ต", "address.postal_code": "83120"}  # fmt: skip
    for name, value in told.items():
        visitor.field(name).fill(value)
    visitor.page.locator("[name='title'][value='นางสาว']").check()
    visitor.press("สร้างบัญชี")
    visitor.reads("สร้างบัญชีเรียบร้อยแล้ว")
    visitor.look("welcome")
    in_english_too(visitor)
    visitor.follow("ไปต่อ")
    expect(visitor.page).to_have_url(f"{visitor.url}/kathu/")


def in_english_too(visitor: Visitor) -> None:
    """The page keeps WCAG 2.2 AA in the other language as well; it is read in Thai from here on."""
    if visitor.scripts:
        here = visitor.page.url
        visitor.page.goto(f"{here}?lang=en")
        expect(visitor.page.locator("html")).to_have_attribute("lang", "en")
        assert violations(visitor.page) == [], here
        visitor.page.goto(f"{here}?lang=th")


def files(visitor: Visitor, user: str) -> None:
    """With nothing personal typed; the petition is then among the person's own."""
    visitor.go("/kathu/petitions/new")
    visitor.look("member-start")
    visitor.press("เริ่มแจ้งเรื่อง")
    expect(visitor.page.locator("[name^='petitioner.']")).to_have_count(0)
    fill_subject(visitor)
    visitor.look("member-details")
    for _ in ("details", "place", "attachments"):
        visitor.press("ต่อไป")
    expect(visitor.page.locator("main").get_by_text(NAMES[user])).to_be_visible()
    visitor.look("member-review")
    visitor.press("ส่งเรื่อง")
    visitor.press("ยืนยัน")
    number = visitor.page.locator(".number").first.inner_text()
    visitor.go("/me/petitions")
    eventually(lambda: is_listed(visitor, number), 30)
    visitor.look("petitions")
    visitor.follow(SUBJECT)
    expect(visitor.page).to_have_url(f"{visitor.url}/kathu/track/{number}")
    visitor.reads("รอรับเรื่อง")
    visitor.go(f"/kathu/track/{number}/own")
    visitor.reads("รายละเอียดคำร้องของท่าน")
    expect(visitor.page.locator("main").get_by_text(NAMES[user])).to_be_visible()
    visitor.look("member-own")


def is_listed(visitor: Visitor, number: str) -> bool:
    """Whether the page tells of it, opened anew."""
    visitor.page.reload()
    return visitor.page.get_by_text(number).count() > 0


def opened_menu(visitor: Visitor) -> None:
    """The menu behind the person's name; it needs no script."""
    visitor.page.locator("details.account summary").click()
    expect(visitor.page.get_by_role("button", name=visitor.say("ออกจากระบบ"), exact=True)).to_be_visible()


def looks_after_the_account(visitor: Visitor, user: str) -> None:
    visitor.go("/kathu/")
    opened_menu(visitor)
    visitor.look("menu")
    visitor.follow("ข้อมูลของฉัน")
    expect(visitor.page.locator("main").get_by_text(NAMES[user])).to_be_visible()
    visitor.look("profile")
    visitor.follow("แก้ไขข้อมูลติดต่อ")
    visitor.look("contact")
    visitor.field("address.road").fill("วิชิตสงคราม")
    visitor.press("บันทึก")
    visitor.reads("บันทึกข้อมูลแล้ว")
    visitor.follow("ความยินยอม")
    visitor.look("consents")
    visitor.press("ถอนความยินยอม")
    visitor.reads("ถอนความยินยอมแล้ว")
    visitor.press("ยินยอม")
    visitor.reads("บันทึกความยินยอมแล้ว")
    exports(visitor, user)
    visitor.go("/me/sessions")
    visitor.reads("เครื่องนี้")
    visitor.look("sessions")
    visitor.go("/me/claims")
    visitor.look("claim")
    visitor.press("ส่งรหัส OTP")
    visitor.reads("กรอกรหัส OTP")
    visitor.look("claim-code")
    visitor.field("otp").fill("000000")
    visitor.press("ยืนยัน")
    expect(visitor.page.locator("#error-summary")).to_be_visible()
    visitor.look("claim-wrong")
    visitor.go("/me/erase")
    visitor.look("erase")
    in_english_too(visitor)
    visitor.go("/staff/")
    visitor.reads("ไม่มีสิทธิ์เข้าถึงหน้านี้")
    visitor.look("staff-nobody")
    visitor.follow("กรอกรหัสเชิญ")
    visitor.look("staff-invitation")


def exports(visitor: Visitor, user: str) -> None:
    visitor.go("/me/export")
    visitor.look("export")
    with visitor.page.expect_download() as download:
        visitor.page.locator("a[download]").click()
    told = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    assert NUMBERS[user] in json.dumps(told, ensure_ascii=False)


def session_of(visitor: Visitor) -> str:
    """The secret that the browser holds: HttpOnly, for this host alone."""
    (kept,) = (each for each in visitor.context.cookies() if each.get("name") == "__Host-session")
    assert kept.get("httpOnly") is True
    assert kept.get("secure") is True
    assert kept.get("sameSite") == "Lax"
    return str(kept.get("value"))


def tells_nothing(visitor: Visitor, installation: Embedded, visited: list[str], secrets: tuple[str, ...]) -> None:
    """No address, no line of the log, nothing that a script could read holds any of it."""
    kept = ""
    if visitor.scripts:
        kept = str(visitor.page.evaluate("JSON.stringify([localStorage, sessionStorage, document.cookie])"))
    cookies = "".join(str(each.get("value")) for each in visitor.context.cookies() if not each.get("httpOnly"))
    seen = "\n".join(visited) + installation.printed() + kept + cookies
    assert [secret for secret in secrets if secret in seen] == []


def logs_out(visitor: Visitor) -> None:
    """Here, and at the provider, who asks again."""
    visitor.go("/kathu/")
    opened_menu(visitor)
    visitor.page.get_by_role("button", name=visitor.say("ออกจากระบบ"), exact=True).click()
    visitor.page.wait_for_url("**/sandbox/digital-id/**")
    visitor.page.locator("form button").first.click()
    visitor.page.wait_for_url("**/logged-out")
    visitor.reads("ออกจากระบบแล้ว")
    visitor.look("logged-out")
    assert "__Host-session" not in {each.get("name") for each in visitor.context.cookies()}
    visitor.go("/me/")
    expect(visitor.page).to_have_url(f"{visitor.url}/kathu/login?return_to=%2Fme%2F")


def is_forgotten(visitor: Visitor, browser: Browser, user: str) -> None:
    logs_in(visitor, browser, user)
    expect(visitor.page).to_have_url(f"{visitor.url}/me/")
    visitor.go("/me/erase")
    visitor.press("ลบบัญชี")
    expect(visitor.page.locator("#error-summary")).to_be_visible()
    visitor.look("erase-wrong")
    visitor.page.locator("#sure").check()
    visitor.press("ลบบัญชี")
    visitor.reads("ลบบัญชีแล้ว")
    visitor.look("erased")
    leaves_the_provider(visitor)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["360", "1280"])
def test_staff_come_in_by_invitation(browser: Browser, installation: Embedded, size: dict[str, int]) -> None:
    code = invitation(installation)
    with visiting(browser, installation.url, size=size) as visitor:
        visited: list[str] = []
        visitor.page.on("request", lambda request: visited.append(request.url))
        visitor.go("/kathu/login?return_to=/staff/invitation")
        logs_in(visitor, browser, "sample4")
        visitor.field("code").fill("ABCD-1234")
        visitor.press("ยืนยัน")
        expect(visitor.page.locator("#error-summary")).to_be_visible()
        visitor.look("staff-invitation-wrong")
        visitor.field("code").fill(code)
        visitor.press("ยืนยัน")
        visitor.reads("รับคำเชิญแล้ว ท่านมีบทบาทใหม่ตามรายการด้านล่าง")
        for told in ("เจ้าหน้าที่รับเรื่อง", "เทศบาลเมืองกะทู้", "กองช่าง", NAMES["sample4"]):
            expect(visitor.page.locator("main").get_by_text(told).first).to_be_visible()
        visitor.look("staff")
        tells_nothing(visitor, installation, visited, (code, NUMBERS["sample4"], session_of(visitor)))


def invitation(installation: Embedded) -> str:
    """An admin of Kathu invites somebody to be a clerk of the public works division."""
    token = khamrong(installation.folder, "token", "--role", "admin", "--authority", "kathu").stdout.strip()
    asked = {"authority": "kathu", "role": "clerk", "department": "works"}
    address, bearer = f"{installation.url}/api/identity/v1/staff/invitations", {"Authorization": f"Bearer {token}"}
    return str(httpx.post(address, json=asked, headers=bearer).raise_for_status().json()["code"])


@pytest.mark.parametrize(("provider", "way"), WAYS)
def test_people_log_in_by_password_and_by_phone_with_either_provider(
    browser: Browser, installation: Embedded, provider: str, way: Way
) -> None:
    with visiting(browser, installation.url) as visitor:
        visitor.go("/kathu/login")
        logs_in(visitor, browser, "sample2", provider, way)
        expect(visitor.page).to_have_url(f"{visitor.url}/me/consent")
        visitor.press("ไม่ยินยอม")
