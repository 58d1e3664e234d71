"""Writes `thai_holidays.json` anew from the `holidays` library, which knows what the Cabinet has declared so far.

    python -m shared.kernel.thai_holidays

The days on which government offices are closed: its categories "public" and "government", with the days in lieu,
without Labour Day, which is for employees of others. Only this program needs the library: with all countries of the
world in it, it costs each process 20 MB and half a second.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Final

YEARS: Final = range(2020, 2061)
FILE: Final = Path(__file__).with_suffix(".json")
_LABOUR_DAY: Final = "วันแรงงานแห่งชาติ"


def holidays_of(years: range) -> list[date]:
    """The days, in order."""
    from holidays import country_holidays

    known = country_holidays("TH", years=years, categories=("public", "government"), language="th")
    return [day for day in sorted(known) if not all(_LABOUR_DAY in name for name in known.get_list(day))]


def written(days: list[date]) -> str:
    """As they stand in the file: a line for each year."""
    by_year = {year: [f"{day:%m-%d}" for day in days if day.year == year] for year in YEARS}
    lines = [f'  "{year}": {json.dumps(days_of_year)}' for year, days_of_year in by_year.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    FILE.write_text(written(holidays_of(YEARS)), encoding="utf-8")
