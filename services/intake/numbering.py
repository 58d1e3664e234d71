"""Petition numbers: how one is written, and which of them are counted together.

`<prefix, 2–3 letters><service digit><DDMMYY, Buddhist year><running number, six digits>`; the day is that of
Bangkok. Source: the sample numbers of the citizen manual (KT1080767000011, BAN1280965000116).
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

BANGKOK: Final = ZoneInfo("Asia/Bangkok")
BUDDHIST_ERA: Final = 543
RUNNING_LIMIT: Final = 999_999
PETITION_NUMBER: Final = re.compile(
    r"(?P<prefix>[A-Z]{2,3})(?P<digit>\d)(?P<day>0[1-9]|[12]\d|3[01])(?P<month>0[1-9]|1[0-2])(?P<year>\d{2})"
    r"(?P<running>\d{6})",
    re.ASCII,
)
_FISCAL_YEAR_STARTS: Final = 10
_PREFIX: Final = re.compile(r"[A-Z]{2,3}")

Restart = Literal["fiscal_year", "calendar_year", "never"]


class NumberOutOfRange(ValueError):
    """A part of a petition number does not fit its place."""


def petition_number(prefix: str, digit: int, at: datetime, running: int) -> str:
    """The number of the `running`-th petition of its series, filed at `at` (aware). Raises NumberOutOfRange."""
    if not _PREFIX.fullmatch(prefix) or not 0 <= digit <= 9 or not 1 <= running <= RUNNING_LIMIT:
        raise NumberOutOfRange(f"prefix {prefix!r}, digit {digit}, running number {running}")
    day = bangkok_date(at)
    return f"{prefix}{digit}{day:%d%m}{buddhist_year(day) % 100:02d}{running:06d}"


def number_series(authority: str, service: str, at: datetime, restart: Restart) -> str:
    """The key of the counter that a petition filed at `at` (aware) takes its running number from."""
    day = bangkok_date(at)
    periods = {"fiscal_year": f"fy{fiscal_year(at)}", "calendar_year": f"cy{buddhist_year(day)}", "never": "all"}
    return f"{authority}/{service}/{periods[restart]}"


def fiscal_year(at: datetime) -> int:
    """The Thai fiscal year as a Buddhist year: from 1 October, named by the year it ends in."""
    day = bangkok_date(at)
    return buddhist_year(day) + (day.month >= _FISCAL_YEAR_STARTS)


def due_at(filed_at: datetime, days: int) -> datetime:
    """The last second in Bangkok of the `days`-th day; the day of filing is not counted (Civil Code s. 193/3)."""
    return datetime.combine(bangkok_date(filed_at) + timedelta(days=days), time(23, 59, 59), BANGKOK)


def bangkok_date(at: datetime) -> date:
    """The day in Bangkok. Raises ValueError for a moment without a zone."""
    if at.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return at.astimezone(BANGKOK).date()


def buddhist_year(day: date) -> int:
    """2567 for 2024."""
    return day.year + BUDDHIST_ERA
