"""A filing becomes a command, or every mistake in it is told at once, in Thai."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.filing import FilingInput, MemberIdentity
from services.intake.validation import Validated, validate
from shared.contracts.petition import Address, Location, Place
from tests.samples.petitions import AUTHORITIES, SUBJECT_ID, address, body, petitioner

THAI = re.compile(r"[\u0e00-\u0e7f]")


def check(given: dict[str, Any], member: MemberIdentity | None = None) -> Validated:
    return validate(FilingInput.model_validate(given), AUTHORITIES, member)


def errors(given: dict[str, Any], member: MemberIdentity | None = None) -> dict[str, str]:
    checked = check(given, member)
    assert (checked.command is None) == bool(checked.errors)
    return {error.field: error.message for error in checked.errors}


def warnings(given: dict[str, Any]) -> dict[str, str]:
    checked = check(given)
    assert checked.command is not None, checked.errors
    return {warning.field: warning.message for warning in checked.warnings}


def test_a_right_filing() -> None:
    checked = check(body())
    command = checked.command
    assert command is not None
    assert (checked.errors, checked.warnings) == ((), ())
    assert (command.authority, command.service, command.category) == ("kathu", "oss", "roads.surface")
    assert (command.petitioner.given_name, command.petitioner.phone) == ("สมชาย", "+66812345678")
    assert command.petitioner.address == Address.model_validate(address())
    assert (command.place, command.location) == (None, Location(latitude=7.9056, longitude=98.3332))
    assert (command.uploads, command.member_id, command.assurance_level) == (("upload-1",), None, None)


def test_every_mistake_of_an_empty_body_at_once() -> None:
    told = errors({})
    assert set(told) == {
        *("authority", "service", "category", "subject", "details"),
        *("petitioner.given_name", "petitioner.citizen_id", "petitioner.phone"),
        *(f"petitioner.address.{name}" for name in ("house_no", "subdistrict", "district", "province", "postal_code")),
    }
    assert all(THAI.search(message) for message in told.values())


@pytest.mark.parametrize(
    ("changed", "field", "message"),
    [
        ({"authority": "nowhere"}, "authority", "ไม่พบหน่วยงานนี้"),
        ({"authority": ["kathu"]}, "authority", "หน่วยงานต้องเป็นข้อความ"),
        ({"service": "passports"}, "service", "ไม่พบบริการนี้"),
        ({"service": "building-permit"}, "service", "สามารถใช้บริการได้เร็วๆ นี้"),
        ({"category": "roads"}, "category", "ไม่พบประเภทเรื่องนี้"),
        ({"category": "roads.nothing"}, "category", "ไม่พบประเภทเรื่องนี้"),
        ({"category": ""}, "category", "กรุณาเลือกประเภทเรื่อง"),
        ({"subject": "ก" * 201}, "subject", "ยาวได้ไม่เกิน 200 ตัวอักษร"),
        ({"subject": " \u200b\n "}, "subject", "กรุณากรอกหัวข้อเรื่อง"),
        ({"subject": True}, "subject", "ต้องเป็นข้อความ"),
        ({"details": "ก" * 5001}, "details", "ยาวได้ไม่เกิน 5,000 ตัวอักษร"),
        ({"details": " " * 20_000}, "details", "กรุณากรอกรายละเอียด"),
        ({"details": "ก" + " " * 20_000}, "details", "ยาวได้ไม่เกิน 5,000 ตัวอักษร"),
        ({"petitioner": "สมชาย"}, "petitioner", "ต้องเป็นกลุ่มข้อมูล"),
        ({"place": []}, "place", "ต้องเป็นกลุ่มข้อมูล"),
        ({"place": {"postal_code": "8312"}}, "place.postal_code", "ตัวเลข 5 หลัก"),
        ({"place": {"description": "ก" * 501}}, "place.description", "ไม่เกิน 500"),
        ({"place": {"latitude": "เหนือ", "longitude": 98}}, "place.latitude", "พิกัดต้องเป็นตัวเลข"),
        ({"place": {"latitude": True, "longitude": 98}}, "place.latitude", "พิกัดต้องเป็นตัวเลข"),
        ({"place": {"latitude": float("nan"), "longitude": 98}}, "place.latitude", "พิกัดต้องเป็นตัวเลข"),
        ({"place": {"latitude": 10**400, "longitude": 98}}, "place.latitude", "พิกัดต้องเป็นตัวเลข"),
        ({"place": {"latitude": 90.1, "longitude": 98}}, "place.latitude", "ระหว่าง -90 ถึง 90"),
        ({"place": {"latitude": 7, "longitude": -180.1}}, "place.longitude", "ระหว่าง -180 ถึง 180"),
        ({"place": {"latitude": 7.9}}, "place.longitude", "ทั้งละติจูดและลองจิจูด"),
        ({"place": {"longitude": 98.3, "latitude": " "}}, "place.latitude", "ทั้งละติจูดและลองจิจูด"),
        ({"uploads": "upload-1"}, "uploads", "รายการรหัสไฟล์"),
        ({"uploads": [1]}, "uploads", "รายการรหัสไฟล์"),
        ({"uploads": ["../etc"]}, "uploads", "รหัสไฟล์ไม่ถูกต้อง"),
        ({"uploads": ["upload-1\n"]}, "uploads", "รหัสไฟล์ไม่ถูกต้อง"),
        ({"uploads": [f"upload-{i}" for i in range(11)]}, "uploads", "ไม่เกิน 10 ไฟล์"),
    ],
)
def test_one_mistake(changed: dict[str, Any], field: str, message: str) -> None:
    told = errors(body(**changed))
    assert message in told[field]


@pytest.mark.parametrize(
    ("changed", "field", "message"),
    [
        ({"title": "ก" * 51}, "title", "ไม่เกิน 50"),
        ({"given_name": None}, "given_name", "กรุณากรอกชื่อ"),
        ({"given_name": "ก" * 101}, "given_name", "ไม่เกิน 100"),
        ({"given_name": "๑๒๓"}, "given_name", "ต้องมีตัวอักษร"),
        ({"family_name": "ก" * 101}, "family_name", "ไม่เกิน 100"),
        ({"citizen_id": "110170020712"}, "citizen_id", "ต้องมี 13 หลัก (ขณะนี้ 12 หลัก)"),
        ({"citizen_id": "1101700207128"}, "citizen_id", "กรุณาตรวจสอบตัวเลขทุกหลัก"),
        ({"citizen_id": "9101700207129"}, "citizen_id", "หลักแรกต้องเป็นเลข 1 ถึง 8"),
        ({"citizen_id": "110170020712A"}, "citizen_id", "ตัวเลข 13 หลักเท่านั้น"),
        ({"phone": "081234567"}, "phone", "หมายเลขโทรศัพท์ไม่ถูกต้อง"),
        ({"phone": "1111"}, "phone", "หมายเลขโทรศัพท์ไม่ถูกต้อง"),
        ({"phone": "+1 202 555 0123"}, "phone", "หมายเลขโทรศัพท์ไม่ถูกต้อง"),
        ({"phone": "โทรกลับ"}, "phone", "หมายเลขโทรศัพท์ไม่ถูกต้อง"),
        ({"phone": "0812345678 ต่อ 12"}, "phone", "หมายเลขโทรศัพท์ไม่ถูกต้อง"),
        ({"phone": {}}, "phone", "หมายเลขโทรศัพท์ต้องเป็นข้อความ"),
        ({"title": []}, "title", "คำนำหน้าต้องเป็นข้อความ"),
        ({"email": "somchai"}, "email", "อีเมลไม่ถูกต้อง"),
        ({"email": "somchai@example"}, "email", "อีเมลไม่ถูกต้อง"),
        ({"email": "som chai@example.com"}, "email", "อีเมลไม่ถูกต้อง"),
        ({"email": "a..b@example.com"}, "email", "อีเมลไม่ถูกต้อง"),
        ({"email": "a" * 65 + "@example.com"}, "email", "อีเมลไม่ถูกต้อง"),
        ({"address": address(house_no=" ")}, "address.house_no", "กรุณากรอกบ้านเลขที่"),
        ({"address": address(postal_code="8312O")}, "address.postal_code", "ตัวเลข 5 หลัก"),
        ({"address": "กะทู้"}, "address", "ต้องเป็นกลุ่มข้อมูล"),
    ],
)
def test_one_mistake_about_the_petitioner(changed: dict[str, Any], field: str, message: str) -> None:
    told = errors(body(petitioner=petitioner(**changed)))
    assert message in told[f"petitioner.{field}"]


@pytest.mark.parametrize(
    "typed",
    [
        *("0812345678", "081-234-5678", "081 234 5678", "(081) 234.5678", "๐๘๑๒๓๔๕๖๗๘", "\u200b081–2345678"),
        *("+66 81 234 5678", "+66 (0)81-234-5678", "66812345678", 812345678),
    ],
)
def test_phones_as_people_write_them(typed: object) -> None:
    checked = check(body(petitioner=petitioner(phone=typed)))
    assert checked.command is not None
    assert (checked.command.petitioner.phone, checked.warnings) == ("+66812345678", ())


@pytest.mark.parametrize("typed", ["1-1017-00207-12-9", "๑๑๐๑๗๐๐๒๐๗๑๒๙", " 1101700207129 ", 1101700207129])
def test_citizen_numbers_as_people_write_them(typed: object) -> None:
    checked = check(body(petitioner=petitioner(citizen_id=typed)))
    assert checked.command is not None
    assert checked.command.petitioner.citizen_id == "1101700207129"


def test_a_landline_is_a_warning() -> None:
    assert "SMS" in warnings(body(petitioner=petitioner(phone="076-321-500")))["petitioner.phone"]


def test_a_single_name_and_no_title_are_enough() -> None:
    checked = check(body(petitioner=petitioner(title=None, family_name="")))
    assert checked.command is not None
    assert (checked.command.petitioner.title, checked.command.petitioner.family_name) == (None, None)


def test_an_email_keeps_its_mailbox_and_lowers_its_domain() -> None:
    checked = check(body(petitioner=petitioner(email=" Somchai.J@Example.CO.TH ")))
    assert checked.command is not None
    assert checked.command.petitioner.email == "Somchai.J@example.co.th"


@pytest.mark.parametrize("email", ["a@b.co", "o'neil+oss@example.com", "ผู้ร้อง@ตัวอย่าง.ไทย"])
def test_emails(email: str) -> None:
    assert warnings(body(petitioner=petitioner(email=email))) == {}


def test_a_postal_code_of_elsewhere_is_a_warning() -> None:
    told = warnings(body(petitioner=petitioner(address=address(postal_code="10200"))))
    assert "83120" in told["petitioner.address.postal_code"]


def test_a_sub_district_of_elsewhere_is_a_warning() -> None:
    told = warnings(body(place=address(subdistrict="จตุจักร")))
    assert set(told) == {"place.subdistrict"}


def test_a_pin_outside_thailand_is_a_warning() -> None:
    assert set(warnings(body(place={"latitude": 48.1, "longitude": 11.6}))) == {"place.latitude"}


@pytest.mark.parametrize("typed", [("7.9056", "98.3332"), ("๗.๙๐๕๖", "๙๘.๓๓๓๒"), (7.90560001, 98.33320004)])
def test_coordinates_as_text_or_too_exact(typed: tuple[object, object]) -> None:
    checked = check(body(place={"latitude": typed[0], "longitude": typed[1]}))
    assert checked.command is not None
    assert checked.command.location == Location(latitude=7.9056, longitude=98.3332)


def test_the_words_before_names_are_left_out() -> None:
    typed = address(subdistrict="ตำบลรัษฎา", district="อ.เมือง", province="จ. ภูเก็ต", postal_code="83000")
    checked = check(body(petitioner=petitioner(address=typed)))
    assert checked.command is not None
    home = checked.command.petitioner.address
    assert home is not None
    assert (home.subdistrict, home.district, home.province) == ("รัษฎา", "เมืองภูเก็ต", "ภูเก็ต")
    assert checked.warnings == ()


@pytest.mark.parametrize("place", [None, {}, dict.fromkeys(address())])
def test_no_place_is_no_place(place: object) -> None:
    checked = check(body(place=place))
    assert checked.command is not None
    assert (checked.command.place, checked.command.location) == (None, None)


def test_a_place_is_split_into_what_is_personal_and_what_is_public() -> None:
    checked = check(body(place=address(description="หน้าบ้าน\nรั้วเขียว")))
    assert checked.command is not None
    assert checked.command.place == Place(description="หน้าบ้าน\nรั้วเขียว", house_no="12", moo="2", road="วิชิตสงคราม")
    assert checked.command.location == Location(subdistrict="กะทู้", district="กะทู้", province="ภูเก็ต", postal_code="83120")


def test_uploads_are_kept_once_each() -> None:
    checked = check(body(uploads=["b", "a", "b"]))
    assert checked.command is not None
    assert checked.command.uploads == ("b", "a")


MEMBER = MemberIdentity(
    subject_id=SUBJECT_ID, assurance_level="2.3", given_name="สมหญิง", citizen_id="1101700203450", phone="+66898765432"
)


def test_a_member_types_nothing() -> None:
    checked = check(body(petitioner=None), MEMBER)
    assert checked.command is not None, checked.errors
    assert (checked.command.member_id, checked.command.assurance_level) == (UUID(str(SUBJECT_ID)), "2.3")
    assert (checked.command.petitioner.given_name, checked.command.petitioner.address) == ("สมหญิง", None)
    assert checked.command.petitioner.phone == "+66898765432"


def test_what_is_verified_outranks_what_is_typed() -> None:
    checked = check(body(), MEMBER)
    assert checked.command is not None
    who = checked.command.petitioner
    assert (who.given_name, who.family_name, who.citizen_id) == ("สมหญิง", None, "1101700203450")
    assert (who.title, who.phone, who.address) == ("นาย", "+66812345678", Address.model_validate(address()))


def test_a_member_who_types_an_address_types_a_whole_one() -> None:
    told = errors(body(petitioner={"address": {"province": "ภูเก็ต"}}), MEMBER)
    missing = ("house_no", "subdistrict", "district", "postal_code")
    assert set(told) == {f"petitioner.address.{name}" for name in missing}


def test_a_member_without_a_phone_is_asked_for_one() -> None:
    told = errors(body(petitioner=None), MEMBER.model_copy(update={"phone": None}))
    assert set(told) == {"petitioner.phone"}


def test_no_message_repeats_what_was_typed() -> None:
    typed = {"given_name": "ลับ1" * 40, "citizen_id": "1101700207128", "phone": "08123456", "email": "ลับ2@x"}
    told = check(body(subject="ลับ3" * 100, petitioner=petitioner(**typed)))
    said = " ".join(finding.message for finding in (*told.errors, *told.warnings))
    assert not [secret for secret in ("ลับ", "1101700207128", "08123456") if secret in said]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(address())), inner, max_size=3),
    max_leaves=5,
)


def part_of(right: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Some of the fields of a right body, with anything in them."""
    return st.dictionaries(st.sampled_from(sorted(right)), anything)


@given(part_of(body()), part_of(petitioner()))
def test_whatever_arrives_is_answered(given: dict[str, Any], person: dict[str, Any]) -> None:
    checked = check(body(**{"petitioner": petitioner(**person), **given}))
    assert (checked.command is None) == bool(checked.errors)
    assert all(THAI.search(error.message) for error in checked.errors)
