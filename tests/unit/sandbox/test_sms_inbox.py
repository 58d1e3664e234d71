"""The phone on a page: what it shows of the ledger."""

from __future__ import annotations

from datetime import UTC, datetime

from sandbox.sms_gateway import inbox
from sandbox.sms_gateway.behaviour import Mode, Receipts
from sandbox.sms_gateway.inbox import Piece, tappable
from sandbox.sms_gateway.ledger import Attempt, Ledger, Message

AT = datetime(2024, 7, 8, 17, 30, tzinfo=UTC)
LINKS = {"kathu.go.th/": "/t/"}


def ledger_with(*texts: str) -> Ledger:
    ledger = Ledger()
    for number, text in enumerate(texts):
        message = Message(f"m-{number}", None, "+66812345678", text, "KATHU", 1, AT, None, Receipts.NORMAL)
        ledger.record(Attempt(AT, None, Mode.OK, "accepted"), [message])
    return ledger


def test_it_says_that_it_is_a_sandbox_even_when_empty() -> None:
    html = inbox.page(Ledger(), None, True, {})
    assert "ระบบจำลอง ไม่ใช่ SMS จริง" in html
    assert "ยังไม่มีข้อความ" in html
    assert '<html lang="th">' in html


def test_a_text_with_its_thai_date_and_length() -> None:
    html = inbox.page(ledger_with("สวัสดี"), "0812345678", True, {})
    assert "081-234-5678" in html
    assert "09 ก.ค. 2567" in html, "00:30 of the next day in Bangkok, Buddhist year"
    assert "00:30 น." in html
    assert "6/70 หน่วย" in html


def test_texts_are_escaped() -> None:
    html = inbox.page(ledger_with("<script>alert(1)</script>"), None, True, LINKS)
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_what_was_typed_is_escaped_and_explained() -> None:
    html = inbox.page(Ledger(), '"><b>', True, {})
    assert '"><b>' not in html
    assert "หมายเลขนี้ไม่ใช่โทรศัพท์มือถือไทย" in html


def test_without_refreshing_there_is_neither_script_nor_meta() -> None:
    html = inbox.page(ledger_with("สวัสดี"), "0812345678", False, {})
    assert "inbox.js" not in html
    assert 'http-equiv="refresh"' not in html


def test_only_known_short_addresses_can_be_tapped() -> None:
    assert tappable("ตรวจที่ kathu.go.th/6D0M5BX หรือ evil.example/x", LINKS) == (
        Piece("ตรวจที่"),
        Piece("kathu.go.th/6D0M5BX", "/t/6D0M5BX"),
        Piece("หรือ"),
        Piece("evil.example/x"),
    )


def test_only_the_newest_bubbles_are_shown() -> None:
    html = inbox.page(ledger_with(*(f"ข้อความที่-{n}-" for n in range(120))), "0812345678", True, {})
    assert html.count("<article>") == inbox.MOST_BUBBLES
    assert "ข้อความที่-19-" not in html
    assert "ข้อความที่-20-" in html
