"""An administrator chooses the authority's logo as a file, against the real intake and the real documents."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from shared.gateway.tokens import Gatekeeper
from shared.kernel import clock
from shared.kernel.thai import in_bangkok
from tests.samples import uploads as make
from tests.support.administration import Hall
from tests.support.documents import PaperRoom, paper_room
from tests.support.filing_portal import hidden, shown
from tests.support.gateways import Databases
from tests.support.identity import IdentityOffice

LOGO = "/staff/authority/logo"
FILE = ("ตรา.png", make.picture("PNG", (640, 640)))


@pytest.fixture(scope="module")
def archive(
    databases: Databases, keyring_url: str, personnel: IdentityOffice, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PaperRoom]:
    """A documents service that believes the identity of the module."""
    gatekeeper = Gatekeeper(lambda _: personnel.identity.keys.public())
    vault = tmp_path_factory.mktemp("vault")
    with paper_room(databases.make("documents"), keyring_url, vault, gatekeeper) as running:
        yield running


@pytest.fixture
def office(hall: Hall, archive: PaperRoom) -> Hall:
    """The administration, with documents behind it."""
    switchboard = hall.desk[0].switchboard
    switchboard.apps = {**switchboard.apps, "documents": archive.client.app}
    return hall


def chooses(hall: Hall, typed: dict[str, str] | None = None, file: tuple[str, bytes] = FILE) -> httpx.Response:
    """The form with this file in it."""
    return hall.browser.post(LOGO, {"action": "save", **(typed or {})}, files={"file": file})


def test_a_logo_is_chosen_shown_on_every_page_and_removed(office: Hall, archive: PaperRoom) -> None:
    assert "ยังไม่มีตราสัญลักษณ์" in shown(office.browser.get(LOGO))
    page = chooses(office)
    address = office.authority["logo"]
    assert "บันทึกแล้ว มีผลทันที" in shown(page)
    assert archive.client.get(address).headers["content-type"] == "image/png"
    assert f'src="{address}"' in page.text
    assert "ไม่มีอะไรเปลี่ยนแปลง" in shown(chooses(office)), "twice it is the same"
    assert len([*(archive.vault / "logos").iterdir()]) == 1
    history = shown(office.browser.get("/staff/authority/history"))
    assert f"ตราสัญลักษณ์ – {address.rpartition('/')[2][:8]}" in history
    assert "ลบแล้ว" in shown(office.browser.post(LOGO, {"action": "remove"}))
    assert office.authority["logo"] is None
    assert archive.client.get(address).status_code == 200, "the history still shows it"


def test_a_logo_is_planned_for_a_day(office: Hall) -> None:
    day = (in_bangkok(clock.now()) + timedelta(days=30)).date().isoformat()
    assert "กำหนดการเปลี่ยนแปลงไว้แล้ว" in shown(chooses(office, {"effective_from": day}))
    assert office.authority["logo"] is None


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [("ตรา.svg", b"<svg/>", "ต้องเป็นไฟล์ภาพ jpg"), ("ตรา.png", b"GIF89a", "ไม่ตรงกับนามสกุล"), ("", b"", "กรุณาเลือกไฟล์ภาพ")],
)
def test_why_a_file_is_not_taken(office: Hall, name: str, content: bytes, told: str) -> None:
    before = office.authority
    page = chooses(office, file=(name, content))
    assert (page.status_code in (415, 422), 'id="logo-error"' in page.text) == (True, True)
    assert told in shown(page)
    assert office.authority == before


def test_who_was_slower_need_not_choose_again(office: Hall) -> None:
    stale = hidden(office.browser.get(LOGO))
    office.posts("/staff/authority/profile", phone="076-321-777")
    page = chooses(office, stale)
    assert (page.status_code, "มีผู้แก้ไขข้อมูลหน่วยงานก่อนหน้า" in shown(page)) == (409, True)
    assert "ภาพที่เลือกไว้ ยังไม่ได้บันทึก" in shown(page)
    done = office.browser.client.post(LOGO, data={**hidden(page), "action": "save"})
    assert "บันทึกแล้ว มีผลทันที" in shown(done)
    assert office.authority["logo"] == hidden(page)["kept"]
    office.browser.post(LOGO, {"action": "remove"})


@pytest.mark.parametrize("kept", ["https://other.example/logo.png", "/api/documents/v1/attachments/1", "/logout"])
def test_no_other_address_is_slipped_in(office: Hall, kept: str) -> None:
    page = office.browser.post(LOGO, {"action": "save", "kept": kept})
    assert (page.status_code, office.authority["logo"]) == (422, None)


def test_without_documents_the_form_stays_and_says_so(office: Hall) -> None:
    office.desk[0].switchboard.away = {"documents"}
    page = chooses(office, {"effective_from": "2030-01-01"})
    assert (page.status_code, 'value="2030-01-01"' in page.text) == (503, True)
    assert "ระบบรับไฟล์ขัดข้องชั่วคราว ตราสัญลักษณ์ยังเป็นแบบเดิม" in shown(page)
