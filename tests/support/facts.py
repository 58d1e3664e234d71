"""Sample facts with and without personal fields. Nobody in here exists."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from shared.contracts.envelope import Envelope, traceparent
from shared.contracts.fact import Fact
from shared.contracts.petition import (
    Address,
    AuthoritySnapshot,
    DepartmentRef,
    InformationProvided,
    Officer,
    PetitionAccepted,
    Petitioner,
    PetitionFiled,
    Place,
    SmsPolicy,
)
from shared.eventlog.log import Append, Origin

NUMBER: Final = "KTU1080767000011"
AUTHORITY: Final = "kathu"
FILED_AT: Final = datetime(2024, 7, 8, 10, 56, 42, tzinfo=UTC)
CITIZEN_ID: Final = "1101700207129"
PHONE: Final = "+66812345678"
PERSONAL_TEXTS: Final = (
    CITIZEN_ID, PHONE, "สมชาย", "ใจดี", "somchai@example.com", "99/9", "วิชิตสงคราม", "เป็นหลุมลึก", "หน้าบ้าน", "7QX4M2P",
)  # fmt: skip
"""What must not stand in clear in a stored `filed(...)`."""


def accepted(petition_id: UUID, note: str = "รับเรื่องแล้ว") -> PetitionAccepted:
    """A fact without personal fields."""
    officer = Officer(id="staff-1", name="เจ้าหน้าที่ ตัวอย่าง")
    return PetitionAccepted(
        petition_id=petition_id, number=NUMBER, authority=AUTHORITY, officer=officer, public_note=note
    )


def provided(petition_id: UUID, subject_id: UUID, text: str = "แนบภาพแล้ว") -> InformationProvided:
    """A fact with one personal text."""
    return InformationProvided(
        petition_id=petition_id, number=NUMBER, authority=AUTHORITY, subject_id=subject_id, text=text
    )


def petitioner() -> Petitioner:
    """A person with every field given."""
    address = Address(
        house_no="99/9", moo="2", soi="7", road="วิชิตสงคราม", subdistrict="กะทู้", district="กะทู้", province="ภูเก็ต",
        postal_code="83120",
    )  # fmt: skip
    return Petitioner(
        title="นาย", given_name="สมชาย", family_name="ใจดี", citizen_id=CITIZEN_ID, phone=PHONE,
        email="somchai@example.com", address=address,
    )  # fmt: skip


def filed(petition_id: UUID, subject_id: UUID) -> PetitionFiled:
    """The fact with the most personal data: texts and nested values."""
    return PetitionFiled(
        petition_id=petition_id, number=NUMBER, authority=AUTHORITY, service="oss", fiscal_year=2567,
        category="roads.surface", category_label="ถนน : ผิวถนนชำรุด",
        department=DepartmentRef(code="works", name="กองช่าง"),
        filed_at=FILED_AT, due_at=FILED_AT + timedelta(days=7), tracking_code="7QX4M2P", tracking_code_hash="0f" * 32,
        tracking_url="https://khamrong.example/t/7QX4M2P", subject_id=subject_id, petitioner=petitioner(),
        subject="ถนนชำรุด", details="ถนนชำรุดเป็นหลุมลึก หน้าบ้านเลขที่ 99/9", place=Place(description="หน้าบ้าน"),
        authority_snapshot=AuthoritySnapshot(name="เทศบาลเมืองกะทู้", address="อำเภอกะทู้ จังหวัดภูเก็ต", phone="076321500"),
        sms=SmsPolicy(include_link=False, link_base=None, sender="KATHU"),
    )  # fmt: skip


def appending(petition_id: UUID, expected_version: int, *facts: Fact) -> Append:
    """Facts for the end of a petition's stream, by staff."""
    return Append(f"petition-{petition_id}", expected_version, facts, Origin("staff:1", AUTHORITY))


def enveloped(type_name: str, version: int, data: dict[str, Any]) -> Envelope:
    """Data of a fact as it comes out of a log."""
    return Envelope(
        id=UUID(int=1), source="/khamrong/intake", type=type_name, subject="petition-1", time=FILED_AT, position=1,
        streamversion=1, schemaversion=version, authority=AUTHORITY, actor="staff:1", correlationid=UUID(int=2),
        traceparent=traceparent(UUID(int=2), UUID(int=1)), data=data,
    )  # fmt: skip
