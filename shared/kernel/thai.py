"""How Thai people read time: Asia/Bangkok, Buddhist years, the fiscal year that begins on 1 October.

Month names come from Babel (CLDR), which knows no Buddhist calendar: 543 is added to the Gregorian year here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

BANGKOK: Final = ZoneInfo("Asia/Bangkok")
BUDDHIST_ERA: Final = 543
FISCAL_YEAR_BEGINS_IN: Final = 10


@cache
def _months() -> Mapping[int, str]:
    """Read when the first date is written: 4 MB that many processes never need."""
    from babel.dates import get_month_names

    return dict(get_month_names("abbreviated", locale="th"))


def in_bangkok(moment: datetime) -> datetime:
    """The same moment on a clock in Thailand; a naive moment is refused."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return moment.astimezone(BANGKOK)


def thai_date(moment: datetime) -> str:
    """`08 ก.ค. 2567`."""
    local = in_bangkok(moment)
    return f"{local.day:02} {_months()[local.month]} {local.year + BUDDHIST_ERA}"


def thai_datetime(moment: datetime) -> str:
    """`08 ก.ค. 2567 เวลา 17:56:42 น.`."""
    return f"{thai_date(moment)} เวลา {in_bangkok(moment):%H:%M:%S} น."


def beginning_of_day(day: date) -> datetime:
    """Midnight in Thailand, in UTC."""
    return datetime.combine(day, time(), BANGKOK).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """The last second of a day in Thailand, in UTC."""
    return datetime.combine(day, time(23, 59, 59), BANGKOK).astimezone(UTC)


def last_second(moment: datetime, days: int) -> datetime:
    """The end of the `days`-th day in Thailand, in UTC; the day of the moment is not counted (Civil Code s. 193/3)."""
    return end_of_day(in_bangkok(moment).date() + timedelta(days=days))


def fiscal_year(moment: datetime) -> int:
    """The Buddhist fiscal year: 2567 is 1 October 2566 to 30 September 2567."""
    local = in_bangkok(moment)
    return local.year + BUDDHIST_ERA + (local.month >= FISCAL_YEAR_BEGINS_IN)


def fiscal_days(year: int) -> tuple[date, date]:
    """The first and the last day of a Buddhist fiscal year."""
    ends_in = year - BUDDHIST_ERA
    return date(ends_in - 1, FISCAL_YEAR_BEGINS_IN, 1), date(ends_in, FISCAL_YEAR_BEGINS_IN - 1, 30)


def month_number(moment: datetime) -> int:
    """The month in Thailand, one more than that of the month before: 12 × the Gregorian year + 0 to 11."""
    local = in_bangkok(moment)
    return local.year * 12 + local.month - 1


def buddhist_ddmmyy(moment: datetime) -> str:
    """`080767`, as in a petition number."""
    local = in_bangkok(moment)
    return f"{local.day:02}{local.month:02}{(local.year + BUDDHIST_ERA) % 100:02}"
