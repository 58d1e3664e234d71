"""Working days of a Thai office: its weekdays, without the public holidays and its own days off.

Holidays come from the `holidays` library, with the days in lieu. Government offices keep the Royal Ploughing Ceremony
(its category "government") and work on Labour Day, which is for employees of others (its category "public" has it).
Holidays that the Cabinet declares later than the library knows are days off, to be named by the office.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final

from holidays import country_holidays

from shared.kernel.thai import beginning_of_day, end_of_day, in_bangkok

_LABOUR_DAY: Final = "วันแรงงานแห่งชาติ"
_ONE_DAY: Final = timedelta(days=1)
# The library imports a country when it is first asked for; not in one of several threads (see `shared.kernel.thai`).
country_holidays("TH")


@lru_cache(maxsize=64)
def public_holidays(year: int) -> frozenset[date]:
    """The days of a Gregorian year on which government offices are closed."""
    known = country_holidays("TH", years=year, categories=("public", "government"), language="th", expand=False)
    return frozenset(day for day in known if not all(_LABOUR_DAY in name for name in known.get_list(day)))


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
        return not self.public_holidays or day not in public_holidays(day.year)

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
