"""What the printed petition says, and what its masked copy does not."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest

from services.documents.form.layout import (
    HIDDEN,
    AttachedFile,
    FormData,
    Petitioner,
    Place,
    citizen_id_as_printed,
    laid_out,
    masked,
    paragraphs,
    phone_as_printed,
    size_as_printed,
    source_json,
)
from tests.samples.forms import CITIZEN_ID, HOME, a_form


def test_time_is_thai() -> None:
    printed = laid_out(a_form())
    assert printed["filed_at"] == "08 ก.ค. 2567 เวลา 17:56:42 น."
    assert printed["filed_on"] == {"year": 2024, "month": 7, "day": 8}


def test_day_is_that_of_bangkok() -> None:
    late = laid_out(a_form(filed_at=datetime(2024, 12, 31, 17, 30, tzinfo=UTC)))
    assert late["filed_at"] == "01 ม.ค. 2568 เวลา 00:30:00 น."
    assert late["filed_on"] == {"year": 2025, "month": 1, "day": 1}


def test_parts_that_were_not_given_are_left_out() -> None:
    printed = laid_out(a_form(petitioner=Petitioner(full_name="นางสาวสมหญิง ตัวอย่าง"), tracking_code=None))
    assert printed["petitioner"] == {
        "full_name": "นางสาวสมหญิง ตัวอย่าง",
        "citizen_id": "–",
        "phone": "–",
        "address": "–",
    }
    assert printed["department"] == "–"
    assert (printed["officer"], printed["place"], printed["attachments"]) == (None, None, [])


@pytest.mark.parametrize(
    ("place", "printed"),
    [
        (Place(address="หน้าตลาด"), {"address": "หน้าตลาด", "coordinates": None}),
        (Place(latitude=7.9056, longitude=98.3332), {"address": "", "coordinates": "7.905600, 98.333200"}),
        (Place(latitude=0.0, longitude=0.0), {"address": "", "coordinates": "0.000000, 0.000000"}),
        (Place(address="  "), None),
    ],
)
def test_place(place: Place, printed: dict[str, str] | None) -> None:
    assert laid_out(a_form(place=place))["place"] == printed


@pytest.mark.parametrize(
    ("stored", "printed"),
    [("1101700207129", "1-1017-00207-12-9"), ("ลบแล้ว", "ลบแล้ว"), (HIDDEN, HIDDEN), (None, "–")],
)
def test_citizen_id(stored: str | None, printed: str) -> None:
    assert citizen_id_as_printed(stored) == printed


@pytest.mark.parametrize(
    ("stored", "printed"),
    [
        ("0812345678", "081-234-5678"),
        ("+66812345678", "081-234-5678"),
        ("021234567", "02-123-4567"),
        ("076321500", "076-321-500"),
        ("+12025550123", "+12025550123"),
        ("ลบแล้ว", "ลบแล้ว"),
        (None, "–"),
    ],
)
def test_phone(stored: str | None, printed: str) -> None:
    assert phone_as_printed(stored) == printed


@pytest.mark.parametrize(
    ("size", "printed"), [(1, "1 KB"), (340_000, "332 KB"), (1_258_291, "1.2 MB"), (5 * 1024 * 1024, "5.0 MB")]
)
def test_size(size: int, printed: str) -> None:
    assert size_as_printed(size) == printed


def test_paragraphs_keep_one_blank_line() -> None:
    assert paragraphs("\n ก \r\nข\n\n\n\nค\u2028ง\n\n") == ["ก", "ข", "", "ค", "ง"]
    assert paragraphs(" \n ") == []


def test_source_is_what_was_typed_and_the_same_each_time() -> None:
    form = a_form(details="ถนน 🚧\n道路")
    assert json.loads(source_json(form))["details"] == "ถนน 🚧\n道路"
    assert source_json(form) == source_json(FormData.model_validate(form.model_dump()))


WRITTEN_IN_TEXTS = [
    "โทร 0812345678 ด่วน",
    "โทร 081-234-5678",
    "โทร 081 234 5678",
    "โทร (081) 234.5678",
    "โทร +66 81 234 5678",
    "โทร ๐๘๑-๒๓๔-๕๖๗๘",
    "บัตร 1-1017-00207-12-9",
    "บัตร 1101700207129",
    "บัตร ๑๑๐๑๗๐๐๒๐๗๑๒๙",
    f"ผมอยู่ {HOME} ครับ",
]


@pytest.mark.parametrize("text", WRITTEN_IN_TEXTS)
def test_masking_hides_what_the_petitioner_wrote_into_texts(text: str) -> None:
    form = masked(a_form(details=text, subject=text, attachments=(AttachedFile(filename=f"{text}.jpg", size=1),)))
    for left in (form.details, form.subject, form.attachments[0].filename):
        assert HIDDEN in left
        assert not re.search(r"\d{2}", left)


def test_masking_leaves_no_digit_of_the_person() -> None:
    form = masked(a_form())
    assert form.masked
    hidden = (form.petitioner.citizen_id, form.petitioner.phone, form.petitioner.address)
    assert hidden == (HIDDEN, HIDDEN, HIDDEN)
    told = source_json(form).decode() + json.dumps(laid_out(form), ensure_ascii=False)
    for secret in (CITIZEN_ID, "1-1017", "812345678", "5678", "12-9", "วิชิตสงคราม"):
        assert secret not in told


def test_masking_keeps_what_is_no_secret() -> None:
    place = Place(address="หน้าตลาดสด ตำบลป่าตอง", latitude=7.9, longitude=98.3)
    form = masked(a_form(place=place, details="ซอย 5 หลุมกว้าง 120 ซม."))
    assert (form.petitioner.full_name, form.place, form.details) == ("นายสมชาย ใจดี", place, "ซอย 5 หลุมกว้าง 120 ซม.")


@pytest.mark.parametrize("address", [HOME, HOME.replace(" ", ""), f"หลังบ้าน {HOME}", "เลขที่ 12 หมู่ที่ 2"])
def test_masking_hides_a_place_that_is_the_home(address: str) -> None:
    form = masked(a_form(place=Place(address=address, latitude=7.9, longitude=98.3)))
    assert form.place == Place(address=HIDDEN)


def test_masking_says_nothing_about_what_was_never_given() -> None:
    form = masked(a_form(petitioner=Petitioner(full_name="นายสมชาย ใจดี")))
    assert form.petitioner == Petitioner(full_name="นายสมชาย ใจดี")


def test_masking_twice_is_masking_once() -> None:
    once = masked(a_form(details=WRITTEN_IN_TEXTS[1]))
    assert masked(once) == once
