"""What the SMS sandbox takes and what it refuses."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import orjson
import pytest

from sandbox.sms_gateway.submission import Fields, Refusal, check, read, thai_mobile

FORM = "application/x-www-form-urlencoded"
GOOD = {"msisdn": "0812345678", "message": "สวัสดี", "sender": "KATHU", "reference": "r-1"}


def refusal(**changes: Any) -> str:
    with pytest.raises(Refusal) as refused:
        check(Fields.model_validate({**GOOD, **changes}), max_segments=3)
    return refused.value.name


@pytest.mark.parametrize(
    "given", ["0812345678", "66812345678", "+66812345678", "081-234-5678", "081 234 5678", " 66812345678"]
)
def test_a_thai_mobile_number_however_written(given: str) -> None:
    assert thai_mobile(given) == "+66812345678"


@pytest.mark.parametrize(
    "given",
    [
        "",
        "1111",
        "076321500",
        "+6676321500",
        "081234567",
        "08123456789",
        "+15551234567",
        "12025550123",
        "phone",
        "๐๘๑๒๓๔๕๖๗๘",
    ],
)
def test_anything_else_is_no_thai_mobile_number(given: str) -> None:
    assert thai_mobile(given) is None


@pytest.mark.parametrize("content_type", [FORM, f"{FORM}; charset=utf-8", ""])
def test_a_form(content_type: str) -> None:
    assert read(content_type, urlencode(GOOD).encode()) == Fields.model_validate(GOOD)


def test_json_and_fields_the_sandbox_does_nothing_with() -> None:
    assert read("application/json", orjson.dumps({**GOOD, "force": "corporate"})) == Fields.model_validate(GOOD)


@pytest.mark.parametrize(
    ("content_type", "body", "status", "name"),
    [
        ("text/plain", b"x", 415, "ERROR_CONTENT_TYPE"),
        ("application/json", b"{", 400, "ERROR_VALIDATION_ERROR"),
        ("application/json", b"[]", 400, "ERROR_VALIDATION_ERROR"),
        ("application/json", b'{"msisdn": ["0812345678"], "message": "x"}', 400, "ERROR_VALIDATION_ERROR"),
        (FORM, b"msisdn=0812345678", 400, "ERROR_VALIDATION_ERROR"),
        (FORM, b"msisdn=0812345678&message=%ff", 400, "ERROR_VALIDATION_ERROR"),
        (FORM, b"msisdn=0812345678&message=x&callback_url=file:///etc", 400, "ERROR_VALIDATION_ERROR"),
        (FORM, b"&".join(b"a=1" for _ in range(21)), 400, "ERROR_VALIDATION_ERROR"),
    ],
)
def test_a_body_that_cannot_be_read(content_type: str, body: bytes, status: int, name: str) -> None:
    with pytest.raises(Refusal) as refused:
        read(content_type, body)
    assert (refused.value.status, refused.value.name) == (status, name)
    assert "0812345678" not in refused.value.description


def test_good_and_bad_numbers_are_told_apart_and_repeats_dropped() -> None:
    submission = check(Fields.model_validate({**GOOD, "msisdn": "0812345678, 66812345678,076321500,0898765432"}), 3)
    assert submission.good == ("+66812345678", "+66898765432")
    assert submission.bad == ("076321500",)


def test_numbers_are_counted() -> None:
    assert refusal(msisdn=" , ") == "ERROR_MSISDN_COUNT"
    assert refusal(msisdn=",".join(["0812345678"] * 501)) == "ERROR_MSISDN_COUNT"
    assert check(Fields.model_validate({**GOOD, "msisdn": ",".join(["0812345678"] * 500)}), 3).good


def test_text_length() -> None:
    assert check(Fields.model_validate({**GOOD, "message": "ก" * 201}), 3).segments == 3
    assert refusal(message="ก" * 202) == "ERROR_MESSAGE_TOO_LONG"
    assert check(Fields.model_validate({**GOOD, "message": "€" * 80}), 1).segments == 1
    assert refusal(message=" \n") == "ERROR_MESSAGE_EMPTY"


@pytest.mark.parametrize("sender", ["", "KATHUTOWNMUN", "KATHU TOWN"])
def test_sender(sender: str) -> None:
    assert refusal(sender=sender) == "ERROR_SENDER_INVALID"


def test_an_empty_reference_is_none() -> None:
    assert check(Fields.model_validate({**GOOD, "reference": ""}), 3).reference is None
