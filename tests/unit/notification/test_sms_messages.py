"""What is sent to a citizen's phone after filing, and the rule that keeps links out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notification.messages import (
    HIDDEN_OTP,
    LinkRefused,
    filed_text,
    invited_text,
    looks_like_link,
    step_up_text,
    without_links,
)
from shared.kernel.ids import CROCKFORD
from shared.kernel.sms_text import segments, units

NUMBER = "KT1270567000001"
LONG_NUMBER = "BAN1280965000116"
CODE = "6D0M5BX"


def test_with_links_it_reads_like_the_manual_and_is_one_part() -> None:
    text = filed_text(NUMBER, CODE, "kathu.go.th")
    assert text == "เลขที่คำร้องของคุณคือ KT1270567000001 ตรวจสอบผลที่ kathu.go.th/6D0M5BX"
    assert (units(text), segments(text)) == (70, 1)


@pytest.mark.parametrize(
    "base", ["https://kathu.go.th", "http://kathu.go.th/", " kathu.go.th/ ", "HTTPS://kathu.go.th"]
)
def test_the_link_has_no_scheme(base: str) -> None:
    assert filed_text(NUMBER, CODE, base).endswith(" kathu.go.th/6D0M5BX")


@pytest.mark.parametrize(("number", "length"), [(NUMBER, 64), (LONG_NUMBER, 65)])
def test_without_links_it_names_the_tracking_code_and_is_one_part(number: str, length: int) -> None:
    text = filed_text(number, CODE, None)
    assert text == f"เลขคำร้อง {number} รหัสติดตาม 6D0M5BX ตรวจผลที่เว็บเทศบาล"
    assert (units(text), segments(text)) == (length, 1)


@pytest.mark.parametrize(("number", "length"), [(NUMBER, 66), (LONG_NUMBER, 67)])
def test_a_code_for_one_use_says_what_it_is_for_and_is_one_part(number: str, length: int) -> None:
    text = step_up_text(number, "042917")
    assert text == f"รหัส OTP 042917 ดูคำร้อง {number} ใช้ได้ 10 นาที ห้ามบอกใคร"
    assert (units(text), segments(text)) == (length, 1)
    assert units(step_up_text(number, HIDDEN_OTP)) == length


@pytest.mark.parametrize(("number", "length"), [(NUMBER, 69), (LONG_NUMBER, 70)])
def test_an_invitation_with_a_link_is_one_part(number: str, length: int) -> None:
    text = invited_text(number, CODE, "kathu.go.th")
    assert text == f"คำร้อง {number} เสร็จแล้ว โปรดประเมินผลที่ kathu.go.th/6D0M5BX"
    assert (units(text), segments(text)) == (length, 1)


@pytest.mark.parametrize(("number", "length"), [(NUMBER, 66), (LONG_NUMBER, 67)])
def test_an_invitation_without_a_link_names_the_tracking_code(number: str, length: int) -> None:
    text = invited_text(number, CODE, None)
    assert text == f"คำร้อง {number} เสร็จแล้ว รหัส 6D0M5BX ประเมินที่เว็บเทศบาล"
    assert (units(text), segments(text), looks_like_link(text)) == (length, 1, False)


@given(
    st.from_regex(r"[A-Z]{2,3}[0-9](0[1-9]|[12][0-9]|3[01])(0[1-9]|1[0-2])[0-9]{2}[0-9]{6}", fullmatch=True),
    st.text(alphabet=CROCKFORD, min_size=7, max_size=7),
)
def test_no_number_or_code_makes_the_text_long_or_link_like(number: str, code: str) -> None:
    text = filed_text(number, code, None)
    assert segments(text) == 1
    assert not looks_like_link(text)


@pytest.mark.parametrize(
    "text",
    [
        "ดูที่ https://kathu.go.th/t/6D0M5BX",
        "ดูที่ HTTP://10.0.0.1",
        "ดูที่kathu.go.thนะครับ",
        "ดูที่ kathu.go.th/6D0M5BX",
        "ดูที่ www.kathu",
        "ดูที่ bit.ly/3xYz",
        "ดูที่ BIT.LY",
        "ดูที่ เทศบาลกะทู้.ไทย",
        "ดูที่ เทศบาลกะทู้.com",
        "ดูที่ xn--12c1fe0br.xn--o3cw4h",
        "ดูที่ 203.0.113.7",
        "ดูที่ 203.0.113.7:8000/a",
        "ดูที่ kathu\uff0ego\uff0eth",
        "ดูที่ kathu\u3002go\u3002th",
        "ดูที่ kathu\u200b.go\u200b.th",
        "เขียนถึง info@kathu.go.th",
        "intent://scan/#Intent",
    ],
)
def test_what_looks_like_a_link_is_refused_without_quoting_it(text: str) -> None:
    with pytest.raises(LinkRefused) as refused:
        without_links(text)
    assert text not in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        filed_text(NUMBER, CODE, None),
        "วันที่ 08 ก.ค. 2567 เวลา 17.56 น.",
        "เวลา 17:56:42 น.KT1270567000001 รับเรื่องแล้ว",
        "ตาม พ.ร.บ. คอมพิวเตอร์ พ.ศ. 2560 ม.26",
        "โทร. 076-321-500 ต่อ 12",
        "ค่าธรรมเนียม 1,250.50 บาท",
        "รหัสยืนยัน 482913 ใช้ได้ 10 นาที",
        "อบต.ไทยเจริญ",
        "ข้อ 1.2.3 และ/หรือ ข้อ 4",
    ],
)
def test_ordinary_thai_texts_pass_unchanged(text: str) -> None:
    assert without_links(text) == text
