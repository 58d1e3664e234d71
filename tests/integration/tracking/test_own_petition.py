"""One's own petition: everything that the petitioner told, and nothing that staff keep among themselves."""

from __future__ import annotations

import pytest

from shared.contracts import document
from shared.contracts import petition as facts
from shared.gateway.petitioner import grant
from shared.kernel import ids
from tests.support.gateways import assert_problem
from tests.support.loglines import log_lines
from tests.support.step_ups import Door, door, told_petition
from tests.support.tracking import Case, tell
from tests.support.tracking_app import CAPABILITY_KEY, Installation, staff

ADDED = "อยู่หน้าตลาดสด ติดร้านขายยา"


@pytest.fixture
def one(installed: Installation) -> Case:
    one = told_petition(installed)
    stored = {"media_type": "image/jpeg", "size": 1, "sha256": "ab" * 32}
    tell(installed.logs, one, [
        ("intake", one.fact(facts.InformationProvided, text=ADDED)),
        ("documents", one.fact(document.AttachmentStored, attachment_id=ids.new_id(), filename="ซ่อมแล้ว.jpg",
                               origin="staff", public=True, **stored)),
        ("documents", one.fact(document.AttachmentStored, attachment_id=ids.new_id(), filename="ภายใน.jpg",
                               origin="staff", **stored)),
    ])  # fmt: skip
    installed.catch_up()
    return one


@pytest.fixture
def at(installed: Installation) -> Door:
    return door(installed)


def test_the_petitioner_sees_what_they_told(at: Door, one: Case) -> None:
    answer = at.own(one, at.token(one))
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    view = answer.json()
    assert (view["number"], view["status"], view["actions"]) == (one.number, "closed", [])
    assert (view["petitioner"]["given_name"], view["petitioner"]["phone"]) == ("สมชาย", "+66812345678")
    assert view["petitioner"]["citizen_id"] == "x-xxxx-xxxxx-12-9"
    filed = one.filed()
    assert (view["subject"], view["details"]) == (filed.subject, filed.details)  # type: ignore[attr-defined]
    assert view["location"]["district"] == "กะทู้"
    assert [each["text"] for each in view["information"]] == [ADDED]
    assert "จะเข้าซ่อมสัปดาห์หน้า" in [entry["public_note"] for entry in view["timeline"]]
    files = [(each["filename"], each["state"], each["origin"]) for each in view["attachments"]]
    assert files == [
        ("ภาพถนน.jpg", "stored", "petitioner"), (None, "rejected", None), ("ซ่อมแล้ว.jpg", "stored", "staff"),
    ]  # fmt: skip


def test_what_staff_keep_among_themselves_and_the_citizen_number_are_not_in_it(at: Door, one: Case) -> None:
    text = at.own(one, at.token(one)).text
    hidden = ("โทรหาผู้ร้องแล้ว", "คนละกอง", "ภายใน.jpg", "1101700207129", "staff-1")
    assert [each for each in hidden if each in text] == []


def test_each_answer_is_in_the_audit_log(at: Door, one: Case) -> None:
    headers = at.token(one)
    with log_lines() as written:
        at.own(one, headers)
        lines = written()
    (line,) = [line for line in lines if line["event"] == "personal_data_read"]
    assert (line["actor"], line["number"]) == ("petitioner", one.number)


def test_after_erasure_everything_personal_is_gone(installed: Installation, at: Door, one: Case) -> None:
    headers = at.token(one)
    installed.logs.keyring.erase(one.subject_id)
    view = at.own(one, headers).json()
    assert set(view["petitioner"].pop("address").values()) == {"ลบแล้ว"}
    assert set(view["petitioner"].values()) == {"ลบแล้ว"}
    assert (view["subject"], view["details"]) == ("ลบแล้ว", "ลบแล้ว")
    assert [each["text"] for each in view["information"]] == ["ลบแล้ว"]
    assert {each["filename"] for each in view["attachments"] if each["state"] == "stored"} == {"ลบแล้ว"}


def test_it_is_open_to_its_petitioner_alone(installed: Installation, at: Door, one: Case) -> None:
    other = told_petition(installed, 2)
    headers = at.token(one)
    assert_problem(at.own(other, headers), 403)
    assert_problem(at.own(one, {}), 401)
    assert_problem(at.own(one, staff(role="admin", authority="*")), 403)
    nowhere = "KT1080767999999"
    token = {"Authorization": f"Bearer {grant(CAPABILITY_KEY, nowhere).token}"}
    assert_problem(at.client.get(f"/api/tracking/v1/petitions/{nowhere}/own", headers=token), 404)
    assert at.client.get(f"/api/tracking/v1/petitions/{one.number.lower()}/own", headers=headers).status_code == 200
