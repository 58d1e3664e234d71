"""Time as Thai people read it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from shared.kernel.thai import buddhist_ddmmyy, fiscal_year, thai_date, thai_datetime

FILED = datetime(2024, 7, 8, 10, 56, 42, tzinfo=UTC)


def test_as_on_the_form() -> None:
    assert thai_datetime(FILED) == "08 ก.ค. 2567 เวลา 17:56:42 น."
    assert thai_date(FILED) == "08 ก.ค. 2567"
    assert buddhist_ddmmyy(FILED) == "080767"


def test_the_day_begins_at_midnight_in_bangkok() -> None:
    assert thai_date(datetime(2024, 12, 31, 16, 59, 59, tzinfo=UTC)) == "31 ธ.ค. 2567"
    assert thai_date(datetime(2024, 12, 31, 17, 0, tzinfo=UTC)) == "01 ม.ค. 2568"


@pytest.mark.parametrize(
    ("moment", "year"),
    [
        (datetime(2023, 9, 30, 16, 59, 59, tzinfo=UTC), 2566),
        (datetime(2023, 9, 30, 17, 0, tzinfo=UTC), 2567),
        (datetime(2024, 1, 1, tzinfo=UTC), 2567),
        (datetime(2024, 9, 30, 16, 59, tzinfo=UTC), 2567),
    ],
)
def test_the_fiscal_year_begins_on_1_october(moment: datetime, year: int) -> None:
    assert fiscal_year(moment) == year


@pytest.mark.parametrize("read", [thai_date, thai_datetime, fiscal_year, buddhist_ddmmyy])
def test_a_moment_without_a_time_zone_is_refused(read: object) -> None:
    assert callable(read)
    with pytest.raises(ValueError, match="time zone"):
        read(datetime(2024, 7, 8))
