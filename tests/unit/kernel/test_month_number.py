from __future__ import annotations

from datetime import UTC, date, datetime

from shared.kernel.thai import fiscal_days, month_number


def test_months_are_those_of_thailand_and_follow_each_other() -> None:
    evening = datetime(2024, 12, 31, 17, tzinfo=UTC)  # midnight of the new year in Bangkok
    assert month_number(evening) == month_number(datetime(2024, 12, 31, 16, 59, tzinfo=UTC)) + 1 == 2025 * 12


def test_a_fiscal_year_is_from_october_to_september() -> None:
    assert fiscal_days(2567) == (date(2023, 10, 1), date(2024, 9, 30))
