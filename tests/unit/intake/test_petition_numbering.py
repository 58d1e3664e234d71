"""Petition numbers, their series, and the day by which an answer is due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.numbering import PETITION_NUMBER, NumberOutOfRange, number_series, petition_number

BANGKOK = timezone(timedelta(hours=7))


@pytest.mark.parametrize(
    ("prefix", "day", "running", "number"),
    [
        ("KT", datetime(2024, 7, 8, 17, 56, 42, tzinfo=BANGKOK), 11, "KT1080767000011"),
        ("KT", datetime(2024, 5, 27, 16, 21, tzinfo=BANGKOK), 1, "KT1270567000001"),
        ("BAN", datetime(2022, 9, 28, 9, tzinfo=BANGKOK), 116, "BAN1280965000116"),
    ],
)
def test_the_numbers_of_the_manual(prefix: str, day: datetime, running: int, number: str) -> None:
    assert petition_number(prefix, 1, day, running) == number
    assert PETITION_NUMBER.fullmatch(number)


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2024, 7, 7, 16, 59, 59, 999_999, tzinfo=UTC), "070767"),
        (datetime(2024, 7, 7, 17, 0, 0, tzinfo=UTC), "080767"),
        (datetime(2024, 9, 30, 16, 59, 59, tzinfo=UTC), "300967"),
        (datetime(2024, 9, 30, 17, 0, 0, tzinfo=UTC), "011067"),
        (datetime(2024, 12, 31, 16, 59, 59, tzinfo=UTC), "311267"),
        (datetime(2024, 12, 31, 17, 0, 0, tzinfo=UTC), "010168"),
        (datetime(2024, 2, 28, 17, 0, 0, tzinfo=UTC), "290267"),
        (datetime(2024, 2, 29, 17, 0, 0, tzinfo=UTC), "010367"),
        (datetime(2057, 1, 1, 0, 0, 0, tzinfo=BANGKOK), "010100"),
    ],
)
def test_the_day_is_that_of_bangkok_in_the_buddhist_year(at: datetime, day: str) -> None:
    assert petition_number("KT", 1, at, 7) == f"KT1{day}000007"


@pytest.mark.parametrize(
    ("at", "fiscal", "calendar"),
    [
        (datetime(2024, 9, 30, 16, 59, 59, tzinfo=UTC), "fy2567", "cy2567"),
        (datetime(2024, 9, 30, 17, 0, 0, tzinfo=UTC), "fy2568", "cy2567"),
        (datetime(2024, 12, 31, 16, 59, 59, tzinfo=UTC), "fy2568", "cy2567"),
        (datetime(2024, 12, 31, 17, 0, 0, tzinfo=UTC), "fy2568", "cy2568"),
        (datetime(2024, 2, 29, 12, 0, 0, tzinfo=UTC), "fy2567", "cy2567"),
    ],
)
def test_the_series_changes_at_midnight_in_bangkok(at: datetime, fiscal: str, calendar: str) -> None:
    assert number_series("kathu", "oss", at, "fiscal_year") == f"kathu/oss/{fiscal}"
    assert number_series("kathu", "oss", at, "calendar_year") == f"kathu/oss/{calendar}"
    assert number_series("kathu", "oss", at, "never") == "kathu/oss/all"


@given(
    st.from_regex(r"[A-Z]{2,3}", fullmatch=True),
    st.integers(0, 9),
    st.datetimes(datetime(2020, 1, 1), datetime(2099, 12, 31), timezones=st.just(UTC)),
    st.integers(1, 999_999),
)
def test_every_number_reads_back(prefix: str, digit: int, at: datetime, running: int) -> None:
    read = PETITION_NUMBER.fullmatch(petition_number(prefix, digit, at, running))
    assert read
    assert (read["prefix"], int(read["digit"]), int(read["running"])) == (prefix, digit, running)


@pytest.mark.parametrize(
    ("prefix", "digit", "running"),
    [
        *(("K", 1, 1), ("KATH", 1, 1), ("kt", 1, 1), ("กท", 1, 1)),
        *(("KT", 10, 1), ("KT", -1, 1), ("KT", 1, 0), ("KT", 1, 10**6)),
    ],
)
def test_what_does_not_fit_is_refused(prefix: str, digit: int, running: int) -> None:
    with pytest.raises(NumberOutOfRange):
        petition_number(prefix, digit, datetime(2024, 7, 8, tzinfo=UTC), running)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        petition_number("KT", 1, datetime(2024, 7, 8), 1)


@pytest.mark.parametrize(
    "number",
    [
        *("KT1320767000011", "KT1081367000011", "K1080767000011"),
        *("KT108076700001", "KT๑080767000011", "kt1080767000011"),
    ],
)
def test_what_is_no_number(number: str) -> None:
    assert PETITION_NUMBER.fullmatch(number) is None
