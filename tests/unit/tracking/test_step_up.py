"""What a step-up is: nothing of it that is stored tells a code or a handle."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from services.tracking.own import masked_citizen_id
from services.tracking.step_up import LEASE, LIFETIME, SENT_WITHIN, Due, handle_hash, otp_hash
from services.tracking.step_up_api import OtpTyped
from shared.contracts.fact import ERASED
from shared.kernel import ids

PEPPER = b"p" * 32
DUE = Due("ab" * 32, ids.new_id(), 1, "042917")


def test_a_code_fits_the_step_up_that_it_was_made_for() -> None:
    one, other = (handle_hash(PEPPER, ids.new_handle()) for _ in range(2))
    assert otp_hash(PEPPER, one, "042917") != otp_hash(PEPPER, other, "042917")
    assert otp_hash(PEPPER, one, "042917") != otp_hash(b"q" * 32, one, "042917")
    assert otp_hash(PEPPER, one, "042917") == otp_hash(PEPPER, one, "042917")


def test_each_attempt_is_a_message_of_its_own() -> None:
    assert DUE.message_id == replace(DUE, otp="111111").message_id
    assert DUE.message_id != replace(DUE, attempt=2).message_id
    assert DUE.message_id != replace(DUE, handle_hash="cd" * 32).message_id


def test_pauses_grow() -> None:
    pauses = [replace(DUE, attempt=attempt).pause for attempt in (1, 2, 3)]
    assert pauses == [timedelta(seconds=seconds) for seconds in (5, 10, 20)]


def test_times_fit_into_each_other() -> None:
    assert LEASE < SENT_WITHIN < LIFETIME <= timedelta(minutes=10)


def test_a_code_to_be_sent_does_not_show_itself() -> None:
    assert DUE.otp not in repr(DUE)


@pytest.mark.parametrize("typed", ["042917", "๐๔๒๙๑๗", "042 917", " 0429-17 "])
def test_codes_as_people_type_them(typed: str) -> None:
    assert OtpTyped(otp=typed).otp == typed


@pytest.mark.parametrize("typed", ["", "04291", "0429170", "04291a", "042917\n1", "-" * 50])
def test_what_is_no_code(typed: str) -> None:
    with pytest.raises(ValueError):
        OtpTyped(otp=typed)


def test_of_the_citizen_number_three_digits_are_shown() -> None:
    assert masked_citizen_id("1101700207129") == "x-xxxx-xxxxx-12-9"
    assert masked_citizen_id(ERASED) == ERASED
