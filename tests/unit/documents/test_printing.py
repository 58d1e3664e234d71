"""From the facts about a petition to the printed form."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from services.documents.form.layout import AttachedFile, Place
from services.documents.printing import address_line, form_of, full_name, short_name
from shared.contracts.fact import ERASED
from shared.contracts.petition import Address, Petitioner, PetitionFiled

HOME = {"house_no": "12", "moo": "2", "road": "วิชิตสงคราม", "subdistrict": "กะทู้", "district": "กะทู้", "province": "ภูเก็ต"}
PERSON = {"title": "นาย", "given_name": "สมชาย", "family_name": "ใจดี", "citizen_id": "1101700207129"}
FACT: dict[str, Any] = {
    "petition_id": UUID(int=1),
    "subject_id": UUID(int=2),
    "number": "KT1080767000011",
    "authority": "kathu",
    "service": "oss",
    "fiscal_year": 2567,
    "category": "tax.road",
    "category_label": "ภาษีและค่าธรรมเนียม : ถนน/ไหล่ทาง",
    "department": {"code": "office", "name": "สำนักปลัดเทศบาล"},
    "filed_at": datetime(2024, 7, 8, 10, 56, 42, tzinfo=UTC),
    "due_at": datetime(2024, 7, 23, 17, 0, tzinfo=UTC),
    "tracking_code": "7K3M9QX",
    "tracking_code_hash": "0" * 64,
    "tracking_url": "https://oss.example.go.th/t/7K3M9QX",
    "petitioner": {**PERSON, "phone": "+66812345678", "address": {**HOME, "postal_code": "83120"}},
    "subject": "ถนนชำรุด",
    "details": "ถนนขรุขระ",
    "authority_snapshot": {"name": "เทศบาลเมืองกะทู้", "address": "เลขที่ 12", "phone": "076-321-500"},
    "sms": {"include_link": False, "link_base": None, "sender": "KATHU"},
}


def a_petition(**changes: Any) -> PetitionFiled:
    return PetitionFiled.model_validate(FACT | changes)


def test_the_petition_as_filed() -> None:
    form = form_of(a_petition())
    assert (form.department, form.officer, form.place) == ("สำนักปลัดเทศบาล", None, None)
    assert form.petitioner.full_name == "นายสมชาย ใจดี"
    assert form.petitioner.address == "เลขที่ 12 หมู่ที่ 2 ถนนวิชิตสงคราม ตำบลกะทู้ อำเภอกะทู้ จังหวัดภูเก็ต 83120"


def test_what_happened_since() -> None:
    files = (AttachedFile(filename="ภาพ.jpg", size=1),)
    form = form_of(a_petition(), files, "นางสาวตัวอย่าง รักงาน")
    assert (form.officer, form.attachments) == ("นางสาวตัวอย่าง รักงาน", files)


def test_place_is_words_address_and_coordinates() -> None:
    place = {"description": "หน้าตลาด", "road": "ถนนพระบารมี"}
    location = {"latitude": 7.9, "longitude": 98.3, "subdistrict": "ป่าตอง"}
    form = form_of(a_petition(place=place, location=location))
    assert form.place == Place(address="หน้าตลาด ถนนพระบารมี ตำบลป่าตอง", latitude=7.9, longitude=98.3)


@pytest.mark.parametrize(
    ("address", "line"),
    [
        (
            Address(
                house_no="อาคาร ก",
                soi="5",
                subdistrict="สีลม",
                district="บางรัก",
                province="กรุงเทพมหานคร",
                postal_code="10500",
            ),
            "อาคาร ก ซอย5 แขวงสีลม เขตบางรัก กรุงเทพมหานคร 10500",
        ),
        (Address(moo="หมู่ที่ 3", subdistrict="ตำบลกะทู้", province="จังหวัดภูเก็ต"), "หมู่ที่ 3 ตำบลกะทู้ จังหวัดภูเก็ต"),
        (Address(), ""),
    ],
)
def test_address_line(address: Address, line: str) -> None:
    assert address_line(address) == line


@pytest.mark.parametrize(
    ("changes", "name"),
    [({}, "นายสมชาย ใจดี"), ({"title": None}, "สมชาย ใจดี"), ({"family_name": None}, "นายสมชาย")],
)
def test_full_name(changes: dict[str, str | None], name: str) -> None:
    assert full_name(Petitioner.model_validate({**PERSON, "phone": "0812345678"} | changes)) == name


@pytest.mark.parametrize(
    ("family_name", "name"),
    [
        ("ใจดี", "นายสมชาย จ."),
        ("แก้วกาญจนา", "นายสมชาย ก."),
        ("ณ ตะกั่วทุ่ง", "นายสมชาย ณ."),
        ("de la Cruz", "นายสมชาย D."),
        ("-", "นายสมชาย"),
        ("", "นายสมชาย"),
        (None, "นายสมชาย"),
    ],
)
def test_short_name(family_name: str | None, name: str) -> None:
    person = {**PERSON, "phone": "0812345678", "family_name": family_name}
    assert short_name(Petitioner.model_validate(person)) == name


def test_an_erased_person_has_no_initial() -> None:
    assert short_name(a_petition(petitioner=ERASED).petitioner) == ERASED


def test_an_erased_person_is_erased_on_paper() -> None:
    gone = dict.fromkeys(("petitioner", "subject", "details", "place", "tracking_code", "tracking_url"), ERASED)
    form = form_of(a_petition(**gone))
    person = form.petitioner
    told = (person.full_name, person.citizen_id, person.phone, person.address, form.place, form.details)
    assert told == (ERASED, ERASED, ERASED, ERASED, Place(address=ERASED), ERASED)
