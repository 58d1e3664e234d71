"""What is wrong with the fields of a command, in Thai."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from services.intake.transitions import COMMANDS
from shared.kernel.field_errors import in_thai


def read(name: str, given: dict[str, Any]) -> dict[str, str]:
    """The errors of a body."""
    with pytest.raises(ValidationError) as refused:
        COMMANDS[name].model_validate(given)
    return {error.field: error.message for error in in_thai(refused.value)}


@pytest.mark.parametrize(
    ("name", "given", "field", "message"),
    [
        ("resolve", {"public_note": "เสร็จ"}, "outcome", "กรุณากรอกข้อมูลนี้"),
        ("resolve", {"outcome": "done", "public_note": "เสร็จ"}, "outcome", "ค่าที่เลือกได้"),
        ("resolve", {"outcome": "solved", "public_note": " \u200b"}, "public_note", "กรุณากรอกข้อมูลนี้"),
        ("resolve", {"outcome": "solved", "public_note": 5}, "public_note", "ต้องเป็นข้อความ"),
        ("accept", {"public_note": "ก" * 5001}, "public_note", "ยาวเกิน 5000 ตัวอักษร"),
        ("schedule", {"scheduled_for": "2026-12-01T09:00:00"}, "scheduled_for", "เขตเวลา"),
        ("schedule", {"scheduled_for": "พรุ่งนี้"}, "scheduled_for", "วันเวลาไม่ถูกต้อง"),
        ("add-note", {"text": "ก", "visibility": "secret"}, "visibility", "ค่าที่เลือกได้"),
        ("add-note", {"text": "ก", "uploads": [f"u{i}" for i in range(11)]}, "uploads", "ไม่เกิน 10 รายการ"),
        ("add-note", {"text": "ก", "uploads": ["../x"]}, "uploads.0", "รหัสไฟล์ไม่ถูกต้อง"),
        ("resolve", {"outcome": "solved", "public_note": "ก", "uploads": ["x", "x\n"]}, "uploads.1", "รหัสไฟล์ไม่ถูกต้อง"),
        ("provide-information", {"text": "ก", "uploads": [["x"]]}, "uploads.0", "ต้องเป็นข้อความ"),
        ("provide-information", {"text": "ก", "uploads": "x"}, "uploads", "รูปแบบข้อมูลไม่ถูกต้อง"),
        ("forward", {"agency": "", "reason": "ก"}, "agency", "กรุณากรอกข้อมูลนี้"),
        ("assign", {"department": "works"}, "department", "รูปแบบข้อมูลไม่ถูกต้อง"),
    ],
)
def test_one_mistake(name: str, given: dict[str, Any], field: str, message: str) -> None:
    assert message in read(name, given)[field]


def test_all_mistakes_at_once() -> None:
    assert set(read("resolve", {})) == {"outcome", "public_note"}


def test_texts_are_cleaned_and_uploads_kept_once() -> None:
    command = COMMANDS["add-note"].model_validate({"text": " น\u0e4d\u0e49\u0e32 ", "uploads": ["b", "a", "b"]})
    assert command.model_dump() == {"text": "น้ำ", "visibility": "internal", "uploads": ("b", "a")}


@pytest.mark.parametrize("note", [None, "", "  \u200b "])
def test_an_empty_note_is_none(note: str | None) -> None:
    assert COMMANDS["accept"].model_validate({"public_note": note, "expected_version": 3}).model_dump() == {
        "public_note": None
    }
