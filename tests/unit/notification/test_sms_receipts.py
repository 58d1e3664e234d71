"""Reading delivery receipts, and which of several counts."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notification.receipts import MalformedReceipt, Receipt, advance, parse

AT = datetime(2024, 7, 8, 10, 56, 42, tzinfo=UTC)
BODY: dict[str, Any] = {
    "message_id": "m-1",
    "reference": "r-1",
    "to": "+66812345678",
    "status": "DELIVERED",
    "code": "DELIVERED",
    "at": "2024-07-08T17:56:42+07:00",
}


def receipt(*, delivered: bool, minutes: int = 0) -> Receipt:
    return Receipt("m-1", "r-1", delivered, "DELIVERED" if delivered else "MOBILE_OFF", AT + timedelta(minutes=minutes))


def test_a_delivered_message() -> None:
    assert parse(BODY) == Receipt("m-1", "r-1", True, "DELIVERED", AT)
    assert parse(json.dumps(BODY)) == parse(json.dumps(BODY).encode()) == parse(BODY)


@pytest.mark.parametrize("status", ["UNDELIVERED", "EXPIRED", "REJECTED", "MOBILE_OFF", "undelivered"])
def test_an_undelivered_message(status: str) -> None:
    read = parse({**BODY, "status": status, "code": None})
    assert read == Receipt("m-1", "r-1", False, status.upper(), AT)


def test_the_more_exact_code_is_kept() -> None:
    read = parse({**BODY, "status": "UNDELIVERED", "code": "mobile_off"})
    assert read is not None
    assert (read.delivered, read.code) == (False, "MOBILE_OFF")


def test_the_reference_may_be_missing_and_the_id_a_number() -> None:
    read = parse({"message_id": 17, "status": "DELIVERED", "at": "2024-07-08T10:56:42Z"})
    assert read == Receipt("17", None, True, "DELIVERED", AT)


@pytest.mark.parametrize("status", ["ACCEPTED", "PENDING", "ENROUTE", "buffered"])
def test_on_its_way_is_no_receipt(status: str) -> None:
    assert parse({**BODY, "status": status}) is None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({**BODY, "message_id": ""}, "message_id"),
        ({**BODY, "at": "2024-07-08T17:56:42"}, "at"),
        ({**BODY, "at": "yesterday"}, "at"),
        ({**BODY, "status": "LIKELY"}, "status"),
        ({**BODY, "status": "DELIVERED; +66812345678"}, "status"),
        ({**BODY, "status": {"code": 3}}, "status"),
        ({"status": "DELIVERED"}, "at, message_id"),
        (b"[]", "not a JSON object"),
        (b"\xff", "not a JSON object"),
        (b"", "not a JSON object"),
    ],
)
def test_what_is_no_receipt_is_refused_without_quoting_it(body: Any, field: str) -> None:
    with pytest.raises(MalformedReceipt, match=field) as refused:
        parse(body)
    assert "66812345678" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_delivery_comes_after_a_failed_try() -> None:
    assert advance(receipt(delivered=False), receipt(delivered=True, minutes=1)).delivered


def test_a_late_failure_does_not_undo_a_delivery() -> None:
    known = receipt(delivered=True)
    assert advance(known, receipt(delivered=False, minutes=5)) is known
    assert advance(known, receipt(delivered=False, minutes=-5)) is known


@pytest.mark.parametrize("delivered", [True, False])
def test_a_repeated_receipt_changes_nothing(delivered: bool) -> None:
    known = receipt(delivered=delivered)
    assert advance(known, receipt(delivered=delivered, minutes=1)) is known


@given(st.lists(st.booleans(), min_size=1).flatmap(lambda seen: st.tuples(st.just(seen), st.permutations(seen))))
def test_the_order_of_receipts_does_not_matter(both: tuple[list[bool], list[bool]]) -> None:
    def final(seen: list[bool]) -> bool:
        start: Receipt | None = None
        last = reduce(lambda known, delivered: advance(known, receipt(delivered=delivered)), seen, start)
        return last is not None and last.delivered

    in_order, shuffled = both
    assert final(in_order) == final(shuffled) == any(in_order)
