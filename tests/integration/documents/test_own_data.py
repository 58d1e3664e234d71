"""A member's copy of everything that is known about them, to read."""

from __future__ import annotations

from pathlib import Path

import page
import pytest

from services.documents.form.own_data_paper import own_data_paper
from services.documents.printing_press import press
from tests.integration.documents.test_form import comparable, failures
from tests.samples.own_data import PERSON_ID, own_data
from tests.support.documents import PaperRoom, text_of
from tests.support.gateways import assert_problem, bearing, claims_of, signed, staff

ADDRESS = "/api/documents/v1/me/export.pdf"


def test_everything_is_on_it_and_it_is_asked_in_the_members_name(open_papers: PaperRoom) -> None:
    open_papers.asking.own = own_data()
    token = signed(claims_of("member", "", sub=PERSON_ID))
    answer = open_papers.client.get(ADDRESS, headers=bearing(token))
    copied = comparable(text_of(answer))
    for text in (
        "สำเนาข้อมูลส่วนบุคคลของฉัน", "นายสมชาย ใจดี", "1-1017-00207-12-9", "081-234-5678", "089-876-5432",
        "somchai@example.com",
        "เลขที่ 12 หมู่ที่ 2 ตำบลกะทู้", "2.3", "ThaiD, DGA Digital ID", "01 ก.ค. 2567 10:00 น.", "สร้างบัญชี", "ให้ความยินยอม",
        "การใช้ข้อมูลสำหรับบัญชี ฉบับที่ 1", "ข้อมูลเปลี่ยน", "KT1080767000011", "ถนนชำรุดหน้าตลาดสด", "กำลังดำเนินการ",
        "ThaiD (เครื่องนี้)", "member.remembered", "สีโปรด", PERSON_ID,
    ):  # fmt: skip
        assert comparable(text) in copied, text
    assert open_papers.asking.asked[-1] == (token, "me", None)
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_who_has_no_account_and_an_outage_are_told(papers: PaperRoom) -> None:
    headers = staff("member", "")
    assert assert_problem(papers.client.get(ADDRESS, headers=headers), 404)["type"] == "urn:khamrong:not-registered"
    papers.asking.answers = False
    assert_problem(papers.client.get(ADDRESS, headers=headers), 503)
    assert_problem(papers.client.get(ADDRESS), 401)


@pytest.mark.parametrize("profile", [page.ValidationProfile.PDF_A_3A, page.ValidationProfile.PDF_UA_1])
def test_both_standards_hold(profile: page.ValidationProfile, tmp_path: Path) -> None:
    path = tmp_path / "own.pdf"
    path.write_bytes(press().pdf("own_data.typ", press().clean(own_data_paper(own_data(sessions=[]))), {}))
    assert failures(path, profile) == []
