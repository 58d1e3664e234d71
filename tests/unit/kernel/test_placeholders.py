"""Words with gaps."""

from __future__ import annotations

from shared.kernel.placeholders import filled, placeholders


def test_gaps_are_named_in_order() -> None:
    assert placeholders("เรื่อง {number} ของ{department} {number}") == ("number", "department", "number")
    assert placeholders("ไม่มี } { ช่องว่าง") == ()


def test_values_fill_their_gaps_and_are_not_looked_into() -> None:
    assert filled("เรื่อง {number} {question} {more}", {"number": "KT1", "question": "{number}?"}) == (
        "เรื่อง KT1 {number}? {more}"
    )
