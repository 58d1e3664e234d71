"""What each answer of a ThaiBulkSMS-like gateway means for the message."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest

from services.notification.sms.gateway import Accepted, Outcome, Rejected, Sms, Unavailable, Unknown
from services.notification.sms.thaibulksms_gateway import ThaiBulkSmsAccount, outcome_of
from shared.kernel import clock

TO = "+66812345678"


def answer(status: int, json: Any = None, **headers: str) -> Outcome:
    return outcome_of(
        httpx.Response(status, json=json, headers={k.replace("_", "-"): v for k, v in headers.items()}), TO
    )


def listed(number: str, **fields: Any) -> dict[str, Any]:
    return {"number": number, **fields}


@pytest.mark.parametrize("number", ["66812345678", "+66812345678", "0812345678"])
def test_a_listed_number_is_accepted(number: str) -> None:
    body = {"phone_number_list": [listed(number, message_id="m-1", used_credit=1)], "bad_phone_number_list": []}
    assert answer(201, body) == Accepted("m-1")
    assert answer(200, body) == Accepted("m-1")


def test_a_2xx_that_lists_the_number_as_bad_is_a_rejection() -> None:
    body = {"phone_number_list": [], "bad_phone_number_list": [listed("66812345678", message="no")]}
    assert answer(201, body) == Rejected("bad_phone_number", permanent=True)


@pytest.mark.parametrize(
    "body",
    [
        None,
        {},
        [],
        {"phone_number_list": []},
        {"phone_number_list": [listed("66899999999", message_id="m-9")]},
        {"phone_number_list": [listed("66812345678")]},
        {"phone_number_list": "soon"},
    ],
)
def test_a_2xx_that_says_nothing_about_the_number_is_unknown(body: Any) -> None:
    assert answer(200, body) == Unknown()


@pytest.mark.parametrize("status", [408, 425, 429, 500, 501, 503, 521])
def test_not_now(status: int) -> None:
    assert answer(status) == Unavailable(None)


@pytest.mark.parametrize("status", [502, 504, 520, 524])
def test_an_answer_lost_behind_a_proxy_is_unknown(status: int) -> None:
    assert answer(status) == Unknown()


def test_retry_after_in_seconds_or_as_a_date() -> None:
    assert answer(429, Retry_After="17") == Unavailable(17.0)
    later = answer(503, Retry_After=format_datetime(clock.now() + timedelta(seconds=90), usegmt=True))
    assert isinstance(later, Unavailable)
    assert later.retry_after == pytest.approx(90, abs=5)
    past = answer(503, Retry_After="Mon, 08 Jul 2024 10:56:42 GMT")
    assert past == Unavailable(0.0)


@pytest.mark.parametrize("value", ["soon", "", "-5", "1.5", "Mon, 08 Jul 2024 10:56:42 -0000", "๕"])
def test_an_unreadable_retry_after_is_none(value: str) -> None:
    response = httpx.Response(429, headers=[(b"retry-after", value.encode())])
    assert outcome_of(response, TO) == Unavailable(None)


def test_a_refusal_carries_code_and_name_and_never_the_description() -> None:
    error = {"error": {"code": 108, "name": "ERROR_SENDER_INVALID", "description": f"no {TO}"}}
    assert answer(400, error) == Rejected("108 ERROR_SENDER_INVALID", permanent=True)


@pytest.mark.parametrize(
    "body", [None, {"error": "x"}, {"error": {"code": f"bad {TO}"}}, {"error": {"code": 1, "name": f"for {TO}"}}]
)
def test_a_refusal_that_cannot_be_read_is_named_by_its_status(body: Any) -> None:
    assert answer(422, body) == Rejected("http_422", permanent=True)


@pytest.mark.parametrize("status", [301, 401, 402, 403, 404, 405])
def test_what_the_account_is_to_blame_for_is_not_permanent(status: int) -> None:
    assert answer(status) == Rejected(f"http_{status}", permanent=False)


def test_number_text_and_secrets_stay_out_of_repr() -> None:
    message = Sms(TO, "เลขคำร้อง KT1270567000001", "r-1", "KATHU")
    assert repr(message) == "Sms(reference='r-1', sender='KATHU')"
    account = repr(ThaiBulkSmsAccount("https://sms.example", "the-key", "the-secret"))
    assert "the-key" not in account
    assert "the-secret" not in account


@pytest.mark.parametrize(
    ("to", "text", "reference", "sender"),
    [
        ("0812345678", "x", "r", "KATHU"),
        ("+66812345678 ", "x", "r", "KATHU"),
        ("+๖๖812345678", "x", "r", "KATHU"),
        (TO, "", "r", "KATHU"),
        (TO, "x", "", "KATHU"),
        (TO, "x", "r", "KATHUTOWNMUNI"),
        (TO, "x", "r", ""),
    ],
)
def test_a_message_that_cannot_be_sent_is_not_made(to: str, text: str, reference: str, sender: str) -> None:
    with pytest.raises(ValueError) as refused:
        Sms(to, text, reference, sender)
    assert "812345678" not in str(refused.value)


def test_a_base_url_without_a_scheme_is_refused() -> None:
    with pytest.raises(ValueError, match="http"):
        ThaiBulkSmsAccount("api.example", "k", "s")
