"""What belongs to a person who has logged in: the account, what is kept, agreed to, handed out and forgotten."""

from __future__ import annotations

import re

import httpx
import pytest

from services.identity import consents
from services.portal.pages.account.contact import NEEDED
from tests.support.account_portal import CONTACT, Browser, Lobby
from tests.support.filing_portal import hidden, path_of, shown, value_of
from tests.support.gateways import facts_in, rows
from tests.support.identity import CITIZEN_ID, OTHER_CITIZEN_ID, somebody

PAGES = ("/me/", "/me/profile", "/me/consents", "/me/export", "/me/erase", "/me/sessions")


def test_who_does_not_agree_is_led_back_and_nothing_is_kept(entrance: Lobby, browser: Browser) -> None:
    browser.log_in()
    page = browser.post("/me/consent", {"decision": "decline"})
    assert "ระบบไม่ได้เก็บข้อมูลของท่านไว้" in shown(page)
    assert "ออกจากระบบของผู้ให้บริการ" in shown(page)
    assert re.search(r'href="https://thaid\.example/logout\?state=', page.text)
    assert browser.session == ""
    for table in ("persons", "sessions", "accounts", "handovers"):
        assert rows(entrance.office.url, f"SELECT count(*) FROM {table}") == [(0,)], table
    assert facts_in(entrance.office.url) == ["login.succeeded"]


def test_an_account_needs_an_agreement_first(entrance: Lobby, browser: Browser) -> None:
    browser.log_in()
    assert path_of(browser.get("/me/join")) == "/me/consent"
    assert path_of(browser.get("/me/")) == "/me/consent", "there is no account yet"
    page = browser.post("/me/join", CONTACT, page="/me/consent")
    assert path_of(page) == "/me/consent"
    assert "member.registered" not in facts_in(entrance.office.url)


def test_the_text_may_change_while_somebody_reads_the_old_one(
    entrance: Lobby, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.log_in()
    browser.agree()
    newer = consents.ConsentText(**{**dict.fromkeys(consents.ConsentText.__slots__, "ใหม่"), "required": True})
    texts = {consents.ACCOUNT: newer}
    monkeypatch.setattr("services.identity.member.CURRENT", texts)
    assert path_of(browser.post("/me/join", CONTACT)) == "/me/consent"
    assert "member.registered" not in facts_in(entrance.office.url)


def test_the_claims_are_shown_with_the_number_masked_and_the_title_chosen(browser: Browser) -> None:
    browser.log_in()
    page = browser.agree()
    assert path_of(page) == "/me/join"
    assert "สมชาย ใจดี" in shown(page)
    assert "1-1017-xxxxx-xx-9" in shown(page)
    assert CITIZEN_ID not in page.text
    assert 'value="นาย" checked' in page.text


def test_what_is_missing_is_told_at_its_field_and_nothing_typed_is_lost(browser: Browser) -> None:
    browser.log_in(somebody(title=None))
    browser.agree()
    page = browser.post("/me/join", {"email": "somchai@example.com"})
    assert page.status_code == 422
    for message in NEEDED.values():
        assert message in shown(page)
    assert 'href="#address-house_no"' in page.text
    assert value_of(page, "email") == "somchai@example.com"
    wrong = browser.post("/me/join", {**CONTACT, "phone": "12"})
    assert "หมายเลขโทรศัพท์ไม่ถูกต้อง" in shown(wrong)
    assert value_of(wrong, "address.house_no") == "12"


def test_another_title_is_typed(browser: Browser) -> None:
    browser.join(title="other", title_other="ร.ต.อ.")
    assert "ร.ต.อ. สมชาย ใจดี" in shown(browser.get("/me/"))
    assert value_of(browser.get("/me/profile"), "title_other") == "ร.ต.อ."


def test_an_address_is_completed_without_a_script(browser: Browser) -> None:
    browser.log_in()
    browser.agree()
    found = browser.post("/me/join", {"action": "find:address", "address.find": "83120", "address.house_no": "7"})
    assert found.status_code == 200
    assert "กะทู้ › กะทู้ › ภูเก็ต 83120" in shown(found)
    chosen = {"action": "use:address", "address.match": "กะทู้|กะทู้|ภูเก็ต|83120", "address.house_no": "7"}
    page = browser.post("/me/join", chosen)
    assert value_of(page, "address.postal_code") == "83120"
    assert value_of(page, "address.house_no") == "7"


def test_the_account_is_made_once_and_the_person_is_logged_in(entrance: Lobby, browser: Browser) -> None:
    page = browser.join()
    assert "สร้างบัญชีเรียบร้อยแล้ว" in shown(page)
    for told in ("สมชาย ใจดี", "คำร้องของฉัน", "ออกจากระบบ"):
        assert told in shown(browser.get("/kathu/"))
    assert path_of(browser.get("/me/consent")) == "/me/"
    assert path_of(browser.get("/me/join")) == "/me/"
    browser.post("/me/join", CONTACT, page="/kathu/")
    assert facts_in(entrance.office.url) == ["login.succeeded", "member.registered", "consent.given"]


def test_a_member_cannot_decline_into_being_forgotten(entrance: Lobby, browser: Browser) -> None:
    browser.join()
    assert path_of(browser.post("/me/consent", {"decision": "decline"}, page="/kathu/")) == "/me/"
    assert "member.erased" not in facts_in(entrance.office.url)


def test_the_account_is_made_again_where_identity_was_away(entrance: Lobby, browser: Browser) -> None:
    browser.log_in()
    form = hidden(browser.agree())
    entrance.switchboard.away.add("identity")
    page = browser.client.post("/me/join", data={**form, **CONTACT})
    assert page.status_code == 422
    assert "ข้อมูลที่กรอกยังอยู่ในหน้านี้" in shown(page)
    assert value_of(page, "address.house_no") == "12"
    entrance.switchboard.away.clear()
    assert path_of(browser.post("/me/join", CONTACT)) == "/me/welcome"


def test_contact_data_are_changed_and_shown(entrance: Lobby, browser: Browser) -> None:
    browser.join()
    page = browser.get("/me/profile")
    assert value_of(page, "phone") == "081 234 5678"
    changed = browser.post("/me/profile", {**CONTACT, "phone": "089 876 5432", "address.road": "วิชิตสงคราม"})
    assert path_of(changed) == "/me/"
    for told in ("บันทึกข้อมูลแล้ว", "089 876 5432", "เลขที่ 12 ถนนวิชิตสงคราม ตำบลกะทู้"):
        assert told in shown(changed)
    assert facts_in(entrance.office.url)[-1] == "member.profile_changed"


def test_a_consent_is_withdrawn_and_given_again(entrance: Lobby, browser: Browser) -> None:
    browser.join()
    assert "ยินยอมแล้ว" in shown(browser.get("/me/consents"))
    page = browser.post("/me/consents", {"decision": "withdraw"})
    assert "ถอนความยินยอมแล้ว" in shown(page)
    assert "ยังไม่ได้ยินยอม" in shown(page)
    browser.post("/me/consents", {"decision": "agree"})
    assert facts_in(entrance.office.url)[-2:] == ["consent.withdrawn", "consent.given"]
    outdated = browser.post("/me/consents", {"decision": "agree", "version": "0"})
    assert "ข้อความยินยอมมีการปรับปรุง" in shown(outdated)


def test_everything_about_me_is_a_file(entrance: Lobby, browser: Browser) -> None:
    browser.join()
    entrance.switchboard.instead["tracking"] = lambda _: httpx.Response(200, json=[{"number": "KT1080767000011"}])
    assert "ดาวน์โหลดไฟล์ JSON" in shown(browser.get("/me/export"))
    answer = browser.get("/me/export.json")
    assert answer.json()["petitions"] == [{"number": "KT1080767000011"}]
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["cache-control"] == "no-store"
    facts = {fact["type"]: fact["data"] for fact in answer.json()["facts"]}
    assert facts["member.registered"]["profile"]["citizen_id"] == CITIZEN_ID


def test_everything_about_me_is_a_paper_that_documents_makes_in_my_name(entrance: Lobby, browser: Browser) -> None:
    browser.join()
    given: list[httpx.Request] = []

    def printed(request: httpx.Request) -> httpx.Response:
        given.append(request)
        return httpx.Response(200, content=b"%PDF-1.7", headers={"Content-Disposition": 'attachment; filename="a.pdf"'})

    entrance.switchboard.instead["documents"] = printed
    assert "ดาวน์โหลดไฟล์ PDF" in shown(browser.get("/me/export"))
    answer = browser.get("/me/export.pdf")
    assert (answer.content, answer.headers["content-type"]) == (b"%PDF-1.7", "application/pdf")
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["cache-control"] == "no-store"
    (request,) = given
    assert request.url.path == "/api/documents/v1/me/export.pdf"
    assert request.headers["authorization"].startswith("Bearer ")


def test_an_account_is_deleted_only_with_the_confirmation(entrance: Lobby, browser: Browser) -> None:
    browser.join()
    assert "กฎหมายกำหนดให้เก็บ" in shown(browser.get("/me/erase"))
    refused = browser.post("/me/erase")
    assert refused.status_code == 422
    assert "กรุณาทำเครื่องหมายยืนยัน" in shown(refused)
    page = browser.post("/me/erase", {"sure": "yes"})
    assert "ลบบัญชีแล้ว" in shown(page)
    assert "ระเบียบงานสารบรรณ" in shown(page)
    assert "สมชาย" not in page.text
    assert re.search(r'href="https://thaid\.example/logout\?state=', page.text), "there the person is logged in still"
    assert browser.session == ""
    assert rows(entrance.office.url, "SELECT count(*) FROM persons") == [(0,)]
    assert path_of(browser.log_in()) == "/me/consent", "nobody is known by that number any more"


def test_where_the_provider_is_away_declining_leads_back_to_the_login(entrance: Lobby, browser: Browser) -> None:
    browser.log_in()
    entrance.office.providers["thaid"].answers = False
    page = browser.post("/me/consent", {"decision": "decline"})
    assert path_of(page) == "/kathu/login"
    assert "ระบบไม่ได้เก็บข้อมูลของท่านไว้" in shown(page)


def test_who_must_keep_petitions_and_for_how_long_is_told_before_the_erasure(entrance: Lobby, browser: Browser) -> None:
    mine = [{"number": f"BAN10807670000{n}", "authority": "ban"} for n in (11, 12)]
    mine.append({"number": "KT1080767000011", "authority": "kathu"})
    entrance.switchboard.instead["tracking"] = lambda _: httpx.Response(200, json=mine)
    browser.join()
    told = shown(browser.get("/me/erase"))
    assert "เทศบาลตำบลตัวอย่าง: คำร้อง 2 เรื่อง เก็บไว้ 1 ปีนับจากวันที่เรื่องสิ้นสุด" in told
    assert "งานสารบรรณ พ.ศ. 2526 ข้อ 57.5" in told
    assert "เทศบาลเมืองกะทู้: คำร้อง" not in told, "nothing has to be kept there"
    english = shown(browser.get("/me/erase", params={"lang": "en"}))
    assert "Sample Subdistrict Municipality: 2 petition(s), kept for 1 year(s)" in english
    del entrance.switchboard.instead["tracking"]
    assert "ขณะนี้ตรวจสอบไม่ได้" in shown(browser.get("/me/erase", params={"lang": "th"}))


def test_all_of_a_persons_devices_are_listed_and_logged_out_at_once(entrance: Lobby, browser: Browser) -> None:
    browser.join()
    phone, stranger = entrance.browser(), entrance.browser()
    phone.log_in()
    stranger.log_in(somebody(OTHER_CITIZEN_ID))
    listed = shown(browser.get("/me/sessions"))
    assert listed.count("เข้าสู่ระบบเมื่อ") == 2
    assert listed.count("เครื่องนี้") == 1
    assert path_of(browser.post("/me/sessions")) == "/logged-out"
    assert path_of(browser.get("/me/")) == "/kathu/login"
    assert path_of(phone.get("/me/profile")) == "/kathu/login"
    assert path_of(stranger.get("/me/consent")) == "/me/consent"


@pytest.mark.parametrize("page", PAGES)
def test_own_pages_are_for_members_and_kept_by_nobody(browser: Browser, page: str) -> None:
    assert path_of(browser.get(page)) == "/login"
    browser.join()
    answer = browser.get(page)
    assert path_of(answer) == page
    assert answer.headers["cache-control"] == "no-store"
    assert CITIZEN_ID not in answer.text


@pytest.mark.parametrize("page", PAGES)
def test_own_pages_speak_english(browser: Browser, page: str) -> None:
    browser.join()
    answer = browser.get(page, params={"lang": "en"})
    assert 'lang="en"' in answer.text
    assert "My account" in shown(answer)
