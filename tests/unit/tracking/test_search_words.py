from __future__ import annotations

import pytest

from services.tracking.search.rebuild import chosen
from services.tracking.search.tokens import Tokens
from services.tracking.search.words import words_of

TOKENS = Tokens(b"one pepper of at least 32 octets")


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("ถนนชำรุด", "ถนน"),
        ("ขอให้ซ่อมถนนวิชิตสงครามด้วย", "วิชิตสงคราม"),
        ("น้ำท่วมขังหน้าบ้าน", "ท่วม"),
        ("น้ำท่วมขังหน้าบ้าน", "น้ำท่วม"),
        ("ไฟฟ้าสาธารณะดับ", "ไฟฟ้า"),
        ("ท่อระบายน้ำอุดตันส่งกลิ่นเหม็น", "กลิ่น ท่อ"),
        ("บ้านเลขที่ ๑๒/๓", "12/3"),
        ("หลอด LED ดับ", "led"),
        ("นํ้าไม่ไหล", "น้ำ"),
    ],
)
def test_what_is_asked_for_is_in_the_text(text: str, asked: str) -> None:
    assert words_of(asked)
    assert words_of(asked) <= words_of(text)


@pytest.mark.parametrize(("text", "asked"), [("ถนนชำรุด", "ไฟ"), ("ขอถังขยะ", "ถนน"), ("รถชนกัน", "รถไฟ")])
def test_what_is_not_in_the_text_is_not_found(text: str, asked: str) -> None:
    assert not words_of(asked) <= words_of(text)


@pytest.mark.parametrize("text", ["", " \n", "ๆ ฯ ฿ — %", "ก"])
def test_a_text_may_have_no_words(text: str) -> None:
    assert words_of(text) == frozenset()


def test_a_long_text_without_blanks_is_cut_in_no_time() -> None:
    assert len(words_of("ตากลม" * 2_000)) < 10


def test_the_dictionary_holds_used_words_that_do_not_fall_apart() -> None:
    frequency = {"น้ำ": 500, "ท่วม": 300, "น้ำท่วม": 400, "ถนน": 10, "เก่าแก่โบราณ": 2, "ฟ้า": 199, "น้ำฟ้า": 50}
    assert chosen({*frequency, "x", "ก"}, frequency) == ["ถนน", "ท่วม", "น้ำ", "น้ำฟ้า", "ฟ้า"]


def test_nothing_can_be_read_from_tokens() -> None:
    tokens = TOKENS.of_text("ถนนชำรุด")
    assert len(tokens) == 2
    assert all(len(token) == 12 and token.isascii() for token in tokens)
    assert set(tokens).isdisjoint(Tokens(b"another pepper of 32 octets or more").of_text("ถนนชำรุด"))
    assert set(TOKENS.of_text("ถนน")).isdisjoint(TOKENS.of_names("ถนน"))


@pytest.mark.parametrize("typed", ["081-234-5678", "0812345678", "+66 81 234 5678", "๐๘๑ ๒๓๔ ๕๖๗๘"])
def test_a_phone_is_the_same_however_it_is_written(typed: str) -> None:
    assert TOKENS.of_phone(typed) == TOKENS.of_phone("+66812345678")


def test_names_are_whole() -> None:
    assert TOKENS.of_names(" สมชาย  ใจดี ") == TOKENS.of_names("สมชาย", "ใจดี")
    assert set(TOKENS.of_names("สม")).isdisjoint(TOKENS.of_names("สมชาย"))
