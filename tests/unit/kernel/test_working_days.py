"""Working days of Thai offices."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from shared.kernel.thai_holidays import FILE, YEARS, holidays_of, written
from shared.kernel.working_days import WorkingCalendar, is_public_holiday

OFFICE = WorkingCalendar()
MONDAY = datetime(2024, 7, 8, 10, 56, 42, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2024, 4, 8), "in lieu of Chakri Memorial Day, a Saturday"),
        (date(2024, 4, 16), "in lieu of Songkran, a Saturday and a Sunday"),
        (date(2024, 5, 10), "the Royal Ploughing Ceremony, for government offices"),
        (date(2024, 7, 22), "in lieu of Asarnha Bucha, a Saturday"),
        (date(2026, 1, 2), "declared by the Cabinet"),
        (date(2026, 12, 7), "in lieu of the National Day, a Saturday"),
    ],
)
def test_offices_are_closed(day: date, why: str) -> None:
    assert is_public_holiday(day), why
    assert not OFFICE.works_on(day)
    assert WorkingCalendar(public_holidays=False).works_on(day)


@pytest.mark.parametrize("day", [date(2024, 5, 1), date(2026, 5, 1), date(2027, 5, 3)])
def test_labour_day_and_the_day_in_its_lieu_are_no_holidays_of_the_government(day: date) -> None:
    assert OFFICE.works_on(day)


def test_fifteen_days_go_round_week_ends_and_holidays() -> None:
    """22 and 29 July 2024 were in lieu of Asarnha Bucha and of the King's birthday."""
    assert OFFICE.after(MONDAY, 15) == datetime(2024, 7, 31, 16, 59, 59, tzinfo=UTC)
    assert OFFICE.after(MONDAY, 1) == datetime(2024, 7, 9, 16, 59, 59, tzinfo=UTC)


def test_the_day_is_that_of_thailand() -> None:
    late = datetime(2024, 7, 8, 17, 0, tzinfo=UTC)
    assert OFFICE.after(late, 1) == datetime(2024, 7, 10, 16, 59, 59, tzinfo=UTC)


def test_counting_back_ends_at_the_beginning_of_a_working_day() -> None:
    assert OFFICE.before(MONDAY, 2) == datetime(2024, 7, 3, 17, 0, tzinfo=UTC)


def test_own_days_off_and_weekdays() -> None:
    own = WorkingCalendar(frozenset({1, 2, 3, 4, 5}), days_off=frozenset({date(2024, 7, 9)}))
    assert own.after(MONDAY, 4) == datetime(2024, 7, 13, 16, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(("days", "passed"), [(0, 0), (1, 1), (4, 4), (5, 4), (7, 5), (-1, 0)])
def test_days_between_leave_out_the_first_and_count_the_last(days: int, passed: int) -> None:
    assert OFFICE.between(MONDAY, MONDAY.replace(day=8 + days)) == passed


def test_what_was_waited_for_moves_the_end_by_as_much() -> None:
    later = MONDAY.replace(day=18)
    assert OFFICE.after(OFFICE.after(MONDAY, 5), OFFICE.between(MONDAY, later)) == OFFICE.after(MONDAY, 5 + 8)


def test_the_file_is_what_the_library_knows() -> None:
    """`python -m shared.kernel.thai_holidays` writes it."""
    assert FILE.read_text(encoding="utf-8") == written(holidays_of(YEARS))
