"""Filing a petition page by page, as a browser without JavaScript does it."""

from __future__ import annotations

import re
from datetime import timedelta
from threading import Event, Thread

import httpx
import pytest

from services.portal.drafts.store import KEPT
from services.portal.housekeeping import keep_house
from services.portal.pages.filing.review import UPLOADS_WAIT
from shared.kernel import clock
from tests.samples import uploads as make
from tests.samples.petitions import AUTHORITIES
from tests.support.documents import PaperRoom, text_of
from tests.support.filing_portal import DETAILS, NEW, PLACE, Counter, hidden, path_of, shown, value_of
from tests.support.gateways import facts_in, rows
from tests.support.intake import IntakeOffice
from tests.support.waiting import eventually

START = clock.now()
NUMBER = re.compile(r"KT1\d{6}\d{6}")


def test_a_petition_is_filed_as_it_was_typed(filing: Counter, office: IntakeOffice) -> None:
    citizen = filing.citizen().begins()
    assert path_of(citizen.press("details", "next", DETAILS)) == f"{NEW}/place"
    assert path_of(citizen.press("place", "next", PLACE)) == f"{NEW}/attachments"
    citizen.attaches(("ถนน.jpg", make.picture("JPEG")))
    review = citizen.press("attachments", "next")
    for told in (
        "ถนนและทางเท้า : ถนน/ไหล่ทาง",
        "นาย สมชาย ใจดี",
        "เลขที่ 12 หมู่ที่ 2 ถนนวิชิตสงคราม ตำบลกะทู้",
        "7.9056, 98.3332",
        "ถนน.jpg",
    ):
        assert told in shown(review)
    assert facts_in(office.url).count("petition.filed") == 0
    assert path_of(citizen.press("review", "next")) == f"{NEW}/confirm"
    done = citizen.press("confirm", "confirm")
    assert path_of(done) == f"{NEW}/done"
    (number,) = set(NUMBER.findall(shown(done)))
    petition = office.intake.cases.find(number).petition
    assert (petition.category, petition.authority) == ("roads.surface", "kathu")


def test_every_page_of_the_way_saves_whichever_button_is_pressed(filing: Counter) -> None:
    citizen = filing.citizen().begins()
    assert path_of(citizen.press("details", "back", {"subject": "ถนน"})) == NEW
    assert value_of(citizen.get("details"), "subject") == "ถนน"
    citizen.press("details", "next", DETAILS)
    assert path_of(citizen.press("place", "back", PLACE)) == f"{NEW}/details"
    assert value_of(citizen.get("place"), "place.description") == PLACE["place.description"]
    assert value_of(citizen.get("details"), "details") == DETAILS["details"]


def test_what_is_wrong_is_told_at_its_field_and_typed_text_stays(filing: Counter) -> None:
    citizen = filing.citizen().begins()
    page = citizen.press("details", "next", {**DETAILS, "petitioner.citizen_id": "1101700207128", "subject": ""})
    assert path_of(page) == f"{NEW}/details"
    assert page.text.index('href="#subject"') < page.text.index('href="#petitioner-citizen_id"'), "as on the page"
    assert 'aria-describedby="petitioner-citizen_id-hint petitioner-citizen_id-error" aria-invalid="true"' in page.text
    assert "<title>ข้อผิดพลาด:" in page.text
    assert value_of(page, "petitioner.citizen_id") == "1101700207128"
    assert value_of(page, "petitioner.given_name") == "สมชาย"


def test_what_may_be_wrong_is_told_and_stops_nobody(filing: Counter) -> None:
    citizen = filing.citizen().begins().fills_in(**{"petitioner.address.postal_code": "83000"})
    assert "รหัสไปรษณีย์ไม่ตรงกับตำบลนี้" in shown(citizen.get("review"))
    assert path_of(citizen.press("review", "next")) == f"{NEW}/confirm"


def test_the_review_leads_to_what_is_missing_and_back(filing: Counter) -> None:
    citizen = filing.citizen().begins()
    review = citizen.get("review")
    assert f'href="{NEW}/details?from=review&amp;checked=1#petitioner-phone"' in review.text
    assert path_of(citizen.press("review", "next")) == f"{NEW}/review", "nothing is sent"
    form = {**hidden(citizen.get("details", **{"from": "review"})), **DETAILS, "action": "next"}
    assert path_of(citizen.send("details", form)) == f"{NEW}/review"


def test_an_address_is_found_and_filled_in(filing: Counter) -> None:
    citizen = filing.citizen().begins()
    page = citizen.press("details", "find:petitioner.address", {**DETAILS, "petitioner.address.find": "ป่าตอง"})
    assert 'value="ป่าตอง|กะทู้|ภูเก็ต|83150" checked' in page.text
    assert "ป่าตอง" not in str(page.url), "what was typed is in no address"
    chosen = {"petitioner.address.match": "ป่าตอง|กะทู้|ภูเก็ต|83150"}
    page = citizen.press("details", "use:petitioner.address", {**DETAILS, **chosen})
    assert value_of(page, "petitioner.address.subdistrict") == "ป่าตอง"
    assert value_of(page, "petitioner.address.postal_code") == "83150"
    assert value_of(page, "petitioner.address.house_no") == "12"


def test_scripts_complete_addresses_too(filing: Counter) -> None:
    found = filing.citizen().client.get("/kathu/places", params={"q": "กมลา กะทู้"}).json()
    area = {"subdistrict": "กมลา", "district": "กะทู้", "province": "ภูเก็ต"}
    assert found == [{**area, "postal_code": "83120"}, {**area, "postal_code": "83150"}]


def test_nobody_types_an_address_twice(filing: Counter) -> None:
    citizen = filing.citizen().begins()
    citizen.press("details", "next", DETAILS)
    page = citizen.press("place", "same", PLACE)
    assert value_of(page, "place.road") == "วิชิตสงคราม"
    assert value_of(page, "place.description") == PLACE["place.description"]


def test_a_filing_that_was_left_is_gone_on_with(filing: Counter) -> None:
    citizen = filing.citizen().begins()
    citizen.press("details", "next", DETAILS)
    (cookie,) = [each for each in citizen.client.cookies.jar if "draft" in each.name]
    assert (cookie.secure, cookie.path, cookie.is_expired()) == (True, "/", False)
    assert cookie.name == "__Host-draft-kathu"
    assert cookie.expires, "it outlives the browser's window"
    start = citizen.get()
    assert DETAILS["subject"] in shown(start)
    assert f'href="{NEW}/details"' in start.text
    assert path_of(citizen.press("", "new")) == f"{NEW}/details"
    assert value_of(citizen.get("details"), "subject") == "", "started anew"


@pytest.mark.parametrize("page", ["details", "place", "attachments", "review", "confirm", "done"])
def test_without_a_draft_every_page_leads_to_the_beginning(filing: Counter, page: str) -> None:
    answer = filing.citizen().get(page)
    assert path_of(answer) == NEW
    assert "กรุณาเริ่มใหม่" in shown(answer)


def test_the_next_petition_begins_with_nothing_of_the_last(filing: Counter) -> None:
    citizen = filing.citizen().begins().fills_in()
    done = citizen.press("confirm", "confirm")
    assert DETAILS["petitioner.citizen_id"] not in done.text
    page = citizen.send("", {**hidden(done), "action": "start"})
    assert path_of(page) == f"{NEW}/details"
    assert value_of(page, "petitioner.given_name") == ""
    assert "ที่เลือกล่าสุด" in shown(page), "only which categories were chosen, until the window is closed"


def test_the_form_is_offered_when_it_is_printed(filing: Counter, office: IntakeOffice, papers: PaperRoom) -> None:
    citizen = filing.citizen().begins().fills_in()
    done = citizen.press("confirm", "confirm")
    assert "กำลังจัดทำใบคำร้อง" in shown(done)
    assert '<noscript><meta http-equiv="refresh"' in done.text
    assert path_of(citizen.get("form.pdf")) == f"{NEW}/done", "not yet"
    for envelope in office.intake.feed.after(0, 100):
        if envelope.type == "petition.filed":
            papers.react(envelope)
    again = citizen.get("done")
    assert "พิมพ์คำร้องนี้" in shown(again)
    assert "refresh" not in again.text
    assert "capability" not in again.text, "what opens the form stays with the portal"
    assert "1-1017-00207-12-9" in text_of(citizen.get("form.pdf"))
    assert "พิมพ์คำร้องนี้" in citizen.get("form").text


def test_a_code_leads_on_from_the_success_page(filing: Counter) -> None:
    done = filing.citizen().begins().fills_in().press("confirm", "confirm")
    code = re.search(r'<strong class="code">([0-9A-Z]{7})</strong>', done.text)
    assert code
    assert f'href="/t/{code.group(1)}"' in done.text
    assert "<svg" in done.text[done.text.index('class="qr"') :][:300]


def test_what_others_reported_near_there_is_shown_before_sending(filing: Counter) -> None:
    asked: list[httpx.Request] = []
    near = {"status": "in_progress", "status_label": "กำลังดำเนินการ", "category": "x", "distance_m": 18}

    def tracking(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json=[{**near, "filed_at": "2024-07-08T10:56:42Z"}])

    filing.switchboard.instead["tracking"] = tracking
    review = filing.citizen().begins().fills_in().get("review")
    assert "กำลังดำเนินการ – แจ้งเมื่อ 8 กรกฎาคม 2567 ห่างประมาณ 18 เมตร" in shown(review)
    told = {"authority": "kathu", "category": "roads.surface", "latitude": "7.9056", "longitude": "98.3332"}
    assert dict(asked[-1].url.params) == told


@pytest.mark.parametrize("status", [404, 422, 429, 500])
def test_the_review_does_without_it(filing: Counter, status: int) -> None:
    filing.switchboard.instead["tracking"] = lambda _: httpx.Response(status)
    review = filing.citizen().begins().fills_in().get("review")
    assert review.status_code == 200
    assert "ใกล้จุดนี้" not in shown(review)


def test_files_that_documents_will_have_removed_are_told_of(filing: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    citizen = filing.citizen().begins()
    citizen.attaches(("เก่า.jpg", make.picture("JPEG")))
    for hours in (20, 40):
        later = START + timedelta(hours=hours)
        monkeypatch.setattr(clock, "now", lambda later=later: later)
        citizen.press("details", "next", {**DETAILS, "subject": f"ถนน {hours}"})
    monkeypatch.setattr(clock, "now", lambda: START + UPLOADS_WAIT + timedelta(hours=1))
    review = citizen.get("review")
    assert "กรุณาแนบใหม่: เก่า.jpg" in shown(review)
    assert "ไม่มีไฟล์แนบ" in shown(review)


def test_drafts_whose_time_is_over_are_swept(filing: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    filing.citizen().begins()
    monkeypatch.setattr(clock, "now", lambda: START + KEPT + timedelta(hours=1))
    stop = Event()
    house = Thread(target=keep_house, args=(filing.portal.drafts, stop, 0.01), daemon=True)
    house.start()
    eventually(lambda: rows(filing.url, "SELECT count(*) FROM drafts") == [(0,)])
    stop.set()
    house.join(5)
    assert not house.is_alive()


def test_the_pages_are_at_home_on_an_authoritys_own_domain(filing: Counter, office: IntakeOffice) -> None:
    kathu = AUTHORITIES["kathu"]
    settings = kathu.settings.model_copy(update={"domain": "oss.kathu.example"})
    office.intake.authorities.apply(kathu.model_copy(update={"settings": settings}), "operator")
    citizen = filing.citizen("https://oss.kathu.example", "/petitions/new").begins()
    for page in ("", "details", "place", "attachments", "review", "confirm"):
        address = f'action="/petitions/new/{page}"' if page else 'action="/petitions/new"'
        assert address in citizen.get(page).text
    assert path_of(citizen.fills_in().press("confirm", "confirm")) == "/petitions/new/done"
    english = citizen.client.get("/news", params={"lang": "en"})
    assert (english.status_code, path_of(english), 'lang="en"' in english.text) == (200, "/news", True)
