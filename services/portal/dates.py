"""Time as people in Thailand read it: Asia/Bangkok; Buddhist years in Thai, common era in English. Pure."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final

from babel.dates import format_date

from services.portal.texts.catalogue import Language
from shared.kernel.thai import BUDDHIST_ERA, in_bangkok

_FISCAL_BEGIN: Final = 10
_FISCAL_END: Final = 9
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


def day(moment: datetime | date | str, language: Language) -> str:
    """`8 กรกฎาคม 2567`, or `8 July 2024`."""
    local = _local(moment)
    year = local.year + BUDDHIST_ERA if language == "th" else local.year
    return f"{format_date(local, 'd MMMM', locale=language)} {year}"


def short_day(moment: datetime | date | str, language: Language) -> str:
    """`8 ก.ค. 67`, or `8 Jul 2024`: for tables."""
    local = _local(moment)
    year = f"{(local.year + BUDDHIST_ERA) % 100:02}" if language == "th" else f"{local.year}"
    return f"{format_date(local, 'd MMM', locale=language)} {year}"


def short_moment(given: datetime | str, language: Language) -> str:
    """`8 ก.ค. 67 17:56`, or `8 Jul 2024 17:56`."""
    local = in_bangkok(datetime.fromisoformat(given) if isinstance(given, str) else given)
    return f"{short_day(local, language)} {local:%H:%M}"


def moment(given: datetime | str, language: Language) -> str:
    """`8 กรกฎาคม 2567 เวลา 17:56 น.`, or `8 July 2024, 17:56`."""
    local = in_bangkok(datetime.fromisoformat(given) if isinstance(given, str) else given)
    clock = f"{local:%H:%M}"
    return f"{day(local, language)} เวลา {clock} น." if language == "th" else f"{day(local, language)}, {clock}"


def day_or_text(text: str, language: Language) -> str:
    """`2024-07-08` as people read days; anything else as it is."""
    if not _DAY.fullmatch(text):
        return text
    try:
        return day(date.fromisoformat(text), language)
    except ValueError:
        return text


def month(given: str, language: Language) -> str:
    """`2024-10` as `ต.ค. 67`, or `Oct 2024`."""
    return short_day(date.fromisoformat(f"{given}-01"), language).partition(" ")[2]


def short_month(given: str, language: Language) -> str:
    """`2024-10` as `ต.ค.`, or `Oct`."""
    return format_date(date.fromisoformat(f"{given}-01"), "MMM", locale=language)


def fiscal_months(year: int, language: Language) -> str:
    """The months of a Buddhist fiscal year: `ต.ค. 66 – ก.ย. 67`, or `Oct 2023 – Sep 2024`."""
    last = year - BUDDHIST_ERA
    begin, end = (format_date(date(y, m, 1), "MMM", locale=language) for y, m in _ends(last))
    return (
        f"{begin} {(year - 1) % 100:02} – {end} {year % 100:02}"
        if language == "th"
        else f"{begin} {last - 1} – {end} {last}"
    )


def _ends(last: int) -> tuple[tuple[int, int], tuple[int, int]]:
    return (last - 1, _FISCAL_BEGIN), (last, _FISCAL_END)


def _local(given: datetime | date | str) -> date:
    if isinstance(given, str):
        given = datetime.fromisoformat(given)
    return in_bangkok(given).date() if isinstance(given, datetime) else given
