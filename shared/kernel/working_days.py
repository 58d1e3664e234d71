"""Working days of a Thai office: its weekdays, without the public holidays and its own days off.

Holidays are those of `thai_holidays.json` (see `thai_holidays.py`), with the days in lieu. What the Cabinet declares
later are days off, to be named by the office. From the year after the file's last one on there are none.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from shared.kernel.thai import beginning_of_day, end_of_day, in_bangkok

_FILE: Final = Path(__file__).with_name("thai_holidays.json")
_ONE_DAY: Final = timedelta(days=1)


@cache
def _known() -> frozenset[date]:
    years: dict[str, list[str]] = json.loads(_FILE.read_text(encoding="utf-8"))
    return frozenset(date.fromisoformat(f"{year}-{day}") for year, days in years.items() for day in days)


def is_public_holiday(day: date) -> bool:
    """Whether government offices are closed on that day of the week."""
    return day in _known()


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """When an office works; weekday 0 is Monday. There is at least one weekday."""

    weekdays: frozenset[int] = frozenset(range(5))
    public_holidays: bool = True
    days_off: frozenset[date] = frozenset()

    def works_on(self, day: date) -> bool:
        """Whether it is a working day."""
        if day.weekday() not in self.weekdays or day in self.days_off:
            return False
        return not self.public_holidays or not is_public_holiday(day)

    def after(self, moment: datetime, days: int) -> datetime:
        """The end of the `days`-th working day in Thailand, in UTC; the day of the moment is not counted."""
        return end_of_day(self._counted(moment, days, _ONE_DAY))

    def before(self, moment: datetime, days: int) -> datetime:
        """The beginning of the `days`-th working day before the day of the moment, in UTC."""
        return beginning_of_day(self._counted(moment, days, -_ONE_DAY))

    def between(self, start: datetime, end: datetime) -> int:
        """How many working days there are after the day of `start`, up to the day of `end`; 0 when it is not later."""
        first, last = in_bangkok(start).date(), in_bangkok(end).date()
        return sum(self.works_on(first + _ONE_DAY * n) for n in range(1, (last - first).days + 1))

    def _counted(self, moment: datetime, days: int, step: timedelta) -> date:
        day = in_bangkok(moment).date()
        while days > 0:
            day += step
            days -= self.works_on(day)
        return day
