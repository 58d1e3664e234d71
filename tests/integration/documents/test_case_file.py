"""The case file: the whole case on paper, masked unless there is a reason, to the standards of archives."""

from __future__ import annotations

from pathlib import Path

import page
import pytest

from services.documents.form.case_file import case_file
from services.documents.form.layout import Authority
from services.documents.printing_press import press
from tests.integration.documents.test_form import comparable, failures
from tests.samples.cases import NUMBER, a_case
from tests.support.documents import PaperRoom, text_of
from tests.support.gateways import assert_problem, bearing, claims_of, fields_of, signed, staff

ADDRESS = f"/api/documents/v1/petitions/{NUMBER}/case-file.pdf"
HEAD = Authority(name="เทศบาลเมืองกะทู้", address="เลขที่ 12 หมู่ที่ 2", phone="076-321-500")
HIDDEN = ("สมชาย", "ใจดี", "1-1017-00207-12-9", "081-234-5678", "somchai@example.com", "วิชิตสงคราม")


@pytest.fixture
def cases(papers: PaperRoom) -> PaperRoom:
    """A petition whose form is printed, and which tracking knows."""
    papers.react(papers.filed(number=NUMBER))
    papers.asking.masked[NUMBER] = a_case()
    papers.asking.clear[NUMBER] = a_case(revealed=True)
    return papers


def test_the_whole_case_is_on_it_and_the_petitioner_is_masked(cases: PaperRoom) -> None:
    token = signed(claims_of("officer", department="works"))
    answer = cases.client.get(ADDRESS, headers=bearing(token))
    copied = comparable(text_of(answer))
    for text in (
        "เทศบาลเมืองกะทู้", "แฟ้มคำร้อง", NUMBER, "ฉบับปกปิดข้อมูลส่วนบุคคล", "ดำเนินการเสร็จสิ้น · แก้ไขเรียบร้อย", "นายส. จ.",
        "081 234 xxxx", "08 ก.ค. 2567 17:56 น.", "รถจักรยานยนต์ล้มบ่อย", "หน้าตลาดสด", "7.905600, 98.333200",
        "จาก: สำนักปลัดเทศบาล",
        "ภายใน", "จะโทรอีกครั้งพรุ่งนี้", "กำหนดเดิม: 23 ก.ค. 2567", "นางสาวตัวอย่าง รักงาน", "เจ้าหน้าที่ (staff-9)", "ระบบ",
        "ภาพถนน.jpg", "1.2 MB", "เจ้าหน้าที่ (เผยแพร่)", "รับไว้ไม่ได้", "ไม่ถึงโทรศัพท์", "เชิญประเมินความพึงพอใจ", "2/5", "ยังไม่เรียบ",
        "ผู้อนุมัติให้จัดเก็บ", "หน้า 1/",
    ):  # fmt: skip
        assert comparable(text) in copied, text
    assert [text for text in HIDDEN if comparable(text) in copied] == []
    assert cases.asking.asked == [(token, NUMBER, None)]
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_with_a_reason_the_petitioner_is_in_clear(cases: PaperRoom) -> None:
    headers = staff("officer")
    answer = cases.client.post(ADDRESS, headers=headers, json={"reason": " เก็บเข้าแฟ้ม "})
    copied = comparable(text_of(answer))
    assert [text for text in HIDDEN if comparable(text) not in copied] == []
    assert comparable("มีข้อมูลส่วนบุคคล") in copied
    assert [reason for _, _, reason in cases.asking.asked] == ["เก็บเข้าแฟ้ม"]


def test_without_a_reason_nothing_is_revealed(cases: PaperRoom) -> None:
    problem = assert_problem(cases.client.post(ADDRESS, headers=staff("officer"), json={"reason": " "}), 422)
    assert (fields_of(problem), cases.asking.asked) == ({"reason"}, [])


def test_what_tracking_refuses_is_refused_and_an_outage_is_told(cases: PaperRoom) -> None:
    del cases.asking.masked[NUMBER]
    assert_problem(cases.client.get(ADDRESS, headers=staff("officer")), 404)
    cases.asking.answers = False
    answer = cases.client.get(ADDRESS, headers=staff("officer"))
    assert_problem(answer, 503)
    assert answer.headers["Retry-After"] == "5"


def test_it_is_for_staff(cases: PaperRoom) -> None:
    assert_problem(cases.client.get(ADDRESS), 401)
    assert_problem(cases.client.get(ADDRESS, headers=staff("member", "")), 403)
    assert_problem(cases.client.get(ADDRESS.replace(NUMBER, "KT1080767999999"), headers=staff("officer")), 404)
    assert cases.asking.asked == []


@pytest.mark.parametrize("profile", [page.ValidationProfile.PDF_A_3A, page.ValidationProfile.PDF_UA_1])
def test_both_standards_hold_over_many_pages(profile: page.ValidationProfile, tmp_path: Path) -> None:
    whole = a_case(revealed=True)
    long = whole.model_copy(update={"timeline": whole.timeline * 20})
    laid_out = case_file(long, HEAD, whole.filed_at, "นางสาวตัวอย่าง รักงาน")
    pdf = press().pdf("case_file.typ", press().clean(laid_out), {})
    path = tmp_path / "case.pdf"
    path.write_bytes(pdf)
    assert failures(path, profile) == []
