"""Petition numbers: how one is written, and which of them are counted together.

`<prefix, 2–3 letters><service digit><DDMMYY, Buddhist year><running number, six digits>`; the day is that of
Bangkok. Source: the sample numbers of the citizen manual (KT1080767000011, BAN1280965000116).
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final, Literal

from shared.kernel.thai import BUDDHIST_ERA, buddhist_ddmmyy, fiscal_year, in_bangkok

RUNNING_LIMIT: Final = 999_999
LARGEST_DIGIT: Final = 9
PREFIX: Final = re.compile(r"[A-Z]{2,3}")
PETITION_NUMBER: Final = re.compile(
    r"(?P<prefix>[A-Z]{2,3})(?P<digit>[0-9])(?P<day>0[1-9]|[12][0-9]|3[01])(?P<month>0[1-9]|1[0-2])"
    r"(?P<year>[0-9]{2})(?P<running>[0-9]{6})"
)

Restart = Literal["fiscal_year", "calendar_year", "never"]


class NumberOutOfRange(ValueError):
    """A part of a petition number does not fit its place."""


def petition_number(prefix: str, digit: int, at: datetime, running: int) -> str:
    """The number of the `running`-th petition of its series, filed at `at` (aware). Raises NumberOutOfRange."""
    if not PREFIX.fullmatch(prefix) or not 0 <= digit <= LARGEST_DIGIT or not 1 <= running <= RUNNING_LIMIT:
        raise NumberOutOfRange(f"prefix {prefix!r}, digit {digit}, running number {running}")
    return f"{prefix}{digit}{buddhist_ddmmyy(at)}{running:06}"


def number_series(authority: str, service: str, at: datetime, restart: Restart) -> str:
    """The key of the counter that a petition filed at `at` (aware) takes its running number from."""
    return f"{authority}/{service}/{_period(at, restart)}"


def _period(at: datetime, restart: Restart) -> str:
    if restart == "fiscal_year":
        return f"fy{fiscal_year(at)}"
    return f"cy{in_bangkok(at).year + BUDDHIST_ERA}" if restart == "calendar_year" else "all"
