"""What the printed petition says, and what its masked copy does not."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from services.documents.form.layout import (
    AFTER_PROOF,
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
from tests.samples.forms import CITIZEN_ID, HOME, a_form, a_full_form


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


SHORT = "นายสมชาย จ."


def test_masking_leaves_nothing_that_the_petitioner_told() -> None:
    form = masked(a_full_form(details=f"ผมอยู่ {HOME} โทร 081-234-5678", subject="หลุมหน้าบ้านผม"), SHORT)
    assert form.masked
    hidden = (form.petitioner.citizen_id, form.petitioner.phone, form.petitioner.address)
    assert hidden == (HIDDEN, HIDDEN, HIDDEN)
    assert (form.petitioner.full_name, form.subject, form.details) == (SHORT, AFTER_PROOF, AFTER_PROOF)
    assert form.place == Place(address=AFTER_PROOF)
    told = source_json(form).decode() + json.dumps(laid_out(form), ensure_ascii=False)
    for secret in (CITIZEN_ID, "1-1017", "812345678", "5678", "วิชิตสงคราม", "ใจดี", "หลุม", "7.9056", "ป่าตอง", "ภาพถ่าย"):
        assert secret not in told


def test_masking_keeps_the_shape() -> None:
    whole = a_full_form()
    form = masked(whole, SHORT)
    assert form.attachments == (AttachedFile(filename=AFTER_PROOF, size=1_258_291),)
    kept = {"number", "filed_at", "authority", "department", "officer", "category_group", "category", "tracking_code"}
    assert form.model_dump(include=kept) == whole.model_dump(include=kept)


def test_masking_does_not_tell_how_long_something_was() -> None:
    assert masked(a_form(details="ก"), SHORT) == masked(a_form(details="ก" * 5_000, subject="ข" * 200), SHORT)


def test_masking_says_nothing_about_what_was_never_given() -> None:
    form = masked(a_form(petitioner=Petitioner(full_name="นายสมชาย ใจดี")), SHORT)
    assert (form.petitioner, form.place, form.attachments) == (Petitioner(full_name=SHORT), None, ())


def test_masking_twice_is_masking_once() -> None:
    once = masked(a_full_form(), SHORT)
    assert masked(once, SHORT) == once
