"""Which phones take texts, and the keyed hashes of what is not stored in clear."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.ids import new_handle, new_otp
from shared.kernel.phones import can_receive_sms, last_four
from shared.kernel.secrets import keyed_hash, same


@pytest.mark.parametrize("phone", ["+66812345678", "+66612345678", "+66912345678"])
def test_mobile_phones_take_texts(phone: str) -> None:
    assert can_receive_sms(phone)


@pytest.mark.parametrize("phone", ["+6676321500", "+6621234567", "ลบแล้ว", "", "+", "0812345678", "+66", "+99912345678"])
def test_landlines_and_what_is_no_number_do_not(phone: str) -> None:
    assert not can_receive_sms(phone)


def test_the_last_four_digits() -> None:
    assert last_four("+66812345678") == "5678"


def test_a_keyed_hash_needs_its_key() -> None:
    assert keyed_hash(b"a" * 32, "7QX4M2P") == keyed_hash(b"a" * 32, "7QX4M2P")
    assert keyed_hash(b"a" * 32, "7QX4M2P") != keyed_hash(b"b" * 32, "7QX4M2P")
    assert len(keyed_hash(b"a" * 32, "")) == 64


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
def test_comparing_takes_any_text(one: str, other: str) -> None:
    assert same(one, other) == (one == other)
    assert same(one, one)


def test_codes_for_one_use_have_six_digits_and_differ() -> None:
    codes = {new_otp() for _ in range(1000)}
    assert {len(code) for code in codes} == {6}
    assert all(code.isascii() and code.isdecimal() for code in codes)
    assert len(codes) > 950


def test_handles_fit_into_an_address_and_differ() -> None:
    handles = {new_handle() for _ in range(1000)}
    assert len(handles) == 1000
    assert all(len(handle) == 22 and handle.replace("-", "").replace("_", "").isalnum() for handle in handles)
