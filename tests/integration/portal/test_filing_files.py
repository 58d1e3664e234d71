"""Files on the third step: several at once, one by one for a script, and what is told when one is not taken."""

from __future__ import annotations

import pytest

from services.portal.limits import FILES_OCTETS, FORM_OCTETS
from tests.samples import uploads as make
from tests.support.filing_portal import NEW, Counter, hidden, path_of, shown
from tests.support.intake import IntakeOffice

MOST = 5 * 1024 * 1024
SCRIPT = {"Accept": "application/json"}


def padded(size: int) -> bytes:
    """A right PDF of exactly that many octets."""
    content = make.pdf()
    return content + b"\n" * (size - len(content))


def test_several_files_are_attached_and_removed(filing: Counter) -> None:
    citizen = filing.citizen().begins()
    page = citizen.attaches(("ถนน.jpg", make.picture("JPEG")), ("ใบเสร็จ.pdf", make.pdf()))
    assert path_of(page) == f"{NEW}/attachments"
    assert {"ถนน.jpg", "ใบเสร็จ.pdf"} <= set(shown(page).split())
    remove = page.text.split('value="remove:')[1].split('"')[0]
    left = citizen.press("attachments", f"remove:{remove}")
    assert "ถนน.jpg" not in shown(left)
    assert "ใบเสร็จ.pdf" in shown(left)


def test_next_attaches_what_was_chosen(filing: Counter) -> None:
    citizen = filing.citizen().begins()
    assert path_of(citizen.attaches(("ถนน.jpg", make.picture("JPEG")), action="next")) == f"{NEW}/review"
    assert "ถนน.jpg" in shown(citizen.get("review"))


def test_five_megabytes_pass_and_one_octet_more_is_refused(filing: Counter) -> None:
    citizen = filing.citizen().begins()
    page = citizen.attaches(("พอดี.pdf", padded(MOST)), ("เกิน.pdf", padded(MOST + 1)))
    assert "พอดี.pdf 5.0 MB" in shown(page)
    assert "เกิน.pdf: ไฟล์มีขนาดเกิน 5 MB" in shown(page)
    assert 'aria-invalid="true"' in page.text
    assert "เกิน.pdf" not in shown(citizen.attaches(("ถนน.jpg", make.picture("JPEG")))), "told once"


def test_ten_full_files_fit_into_one_form(filing: Counter) -> None:
    citizen = filing.citizen().begins()
    page = citizen.attaches(*((f"{number}.pdf", padded(MOST)) for number in range(10)))
    assert page.text.count('value="remove:') == 10
    over = citizen.attaches(("11.pdf", make.pdf()))
    assert "แนบได้ไม่เกิน 10 ไฟล์" in shown(over)


@pytest.mark.parametrize("octets", [FILES_OCTETS + 1, 2 * FILES_OCTETS])
def test_a_form_that_is_too_large_gets_a_page(filing: Counter, octets: int) -> None:
    citizen = filing.citizen().begins()
    form = hidden(citizen.get("attachments"))
    answer = citizen.send("attachments", form, files=[("file", ("ใหญ่.pdf", b"x" * octets))])
    assert answer.status_code == 413
    assert "ไม่เกิน 5 MB" in shown(answer)


def test_other_forms_are_small(filing: Counter) -> None:
    citizen = filing.citizen().begins()
    form = {**hidden(citizen.get("details")), "details": "ก" * FORM_OCTETS}
    assert citizen.send("details", form).status_code == 413


NOT_TAKEN = {
    "โปรแกรม.exe": (b"MZ", "แนบได้เฉพาะไฟล์"),
    "รูป.jpg": (b"MZ" * 500, "ไม่ตรงกับนามสกุล"),
    "มาโคร.docx": (make.with_part(make.word_document(), "word/vbaProject.bin"), "มาโคร"),
    "ตาราง.xlsx": (make.packed({"a.txt": b"x"}), "ไม่ตรงกับนามสกุล"),
    "ว่าง.pdf": (b"", "ไฟล์ว่างเปล่า"),
}


@pytest.mark.parametrize("name", NOT_TAKEN)
def test_why_a_file_is_not_taken(filing: Counter, name: str) -> None:
    content, told = NOT_TAKEN[name]
    page = filing.citizen().begins().attaches((name, content), ("ถนน.jpg", make.picture("JPEG")))
    assert told in shown(page).split(f"{name}:")[1][:200]
    assert page.text.count('value="remove:') == 1, "the other one is attached"


def test_a_script_gets_an_answer_for_each_file(filing: Counter) -> None:
    citizen = filing.citizen().begins()
    form = hidden(citizen.get("attachments"))
    taken = citizen.send("attachments", form, files=[("file", ("ถนน.jpg", make.picture("JPEG")))], headers=SCRIPT)
    assert taken.status_code == 201
    assert taken.json()["filename"] == "ถนน.jpg"
    refused = citizen.send("attachments", form, files=[("file", ("x.exe", b"MZ"))], headers=SCRIPT)
    assert (refused.status_code, set(refused.json())) == (415, {"message"})
    removal = {**form, "action": f"remove:{taken.json()['upload_id']}"}
    assert citizen.send("attachments", removal, headers=SCRIPT).status_code == 204
    assert "ถนน.jpg" not in shown(citizen.get("attachments"))
    forged = citizen.send("attachments", {**form, "csrf": "0"}, headers=SCRIPT)
    assert forged.status_code == 403


def test_with_documents_away_the_other_files_and_the_text_stay(filing: Counter) -> None:
    citizen = filing.citizen().begins()
    citizen.attaches(("ถนน.jpg", make.picture("JPEG")))
    filing.switchboard.away = {"documents"}
    page = citizen.attaches(("สอง.jpg", make.picture("JPEG")))
    assert "สอง.jpg: ระบบรับไฟล์ขัดข้องชั่วคราว" in shown(page)
    assert page.text.count('value="remove:') == 1
    assert path_of(citizen.press("attachments", "next")) == f"{NEW}/review"


def test_files_go_with_the_petition(filing: Counter, office: IntakeOffice) -> None:
    citizen = filing.citizen().begins()
    citizen.attaches(("ถนน.jpg", make.picture("JPEG")))
    citizen.fills_in().press("confirm", "confirm")
    (envelope,) = [each for each in office.intake.feed.after(0, 100) if each.type == "petition.filed"]
    assert len(envelope.data["uploads"]) == 1
