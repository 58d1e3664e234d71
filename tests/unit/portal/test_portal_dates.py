"""Time as people read it."""

from __future__ import annotations

from datetime import UTC, date, datetime

from services.portal import dates


def test_thai_readers_see_buddhist_years_and_thai_time() -> None:
    assert dates.day(datetime(2024, 7, 8, 10, 56, tzinfo=UTC), "th") == "8 กรกฎาคม 2567"
    assert dates.moment("2024-07-08T10:56:42Z", "th") == "8 กรกฎาคม 2567 เวลา 17:56 น."


def test_the_day_is_that_of_thailand() -> None:
    assert dates.day("2024-12-31T17:00:00Z", "th") == "1 มกราคม 2568"


def test_english_readers_see_common_years() -> None:
    assert dates.day(date(2024, 7, 8), "en") == "8 July 2024"
    assert dates.moment(datetime(2024, 7, 8, 10, 56, tzinfo=UTC), "en") == "8 July 2024, 17:56"


def test_a_fiscal_year_names_its_months() -> None:
    assert dates.fiscal_months(2567, "th") == "ต.ค. 66 – ก.ย. 67"
    assert dates.fiscal_months(2567, "en") == "Oct 2023 – Sep 2024"


def test_months_are_named() -> None:
    assert (dates.month("2023-10", "th"), dates.month("2023-10", "en")) == ("ต.ค. 66", "Oct 2023")
    assert (dates.short_month("2023-10", "th"), dates.short_month("2023-10", "en")) == ("ต.ค.", "Oct")
