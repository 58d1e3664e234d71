"""The staff's back office with 200,000 petitions of one authority and year: queue, search, counts, figures, exports."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, Final

from benchmarks.table import Figure
from khamrong.installation import AUTHORITIES
from khamrong.sample.loading import load
from khamrong.sample.stories import stories
from services.intake.authority import authority_from_yaml
from services.tracking.exports.columns import PERSONAL
from services.tracking.exports.csv_file import csv_lines
from services.tracking.exports.xlsx_file import xlsx_pieces
from services.tracking.queries.filters import Filter
from services.tracking.queries.petitions import Petitions
from services.tracking.queries.statistics import Statistics
from services.tracking.search.tokens import Tokens
from shared.eventlog.keyring import PostgresKeyring
from shared.eventlog.sealing import Sealer
from shared.kernel.clock import monotonic, now
from shared.kernel.database import connect
from shared.kernel.migrating import migrate

PETITIONS: Final = 200_000
EXPORTED: Final = 100_000
YEAR: Final = 2568
QUEUE_BUDGET_MS: Final = 150.0
FIGURES_BUDGET_MS: Final = 300.0
GROWTH_BUDGET_MB: Final = 50.0
RUNS: Final = 9
FILTERS: Final[dict[str, dict[str, Any]]] = {
    "nothing": {},
    "status filed": {"status": ("filed",)},
    "status merged": {"status": ("merged",)},
    "category": {"category": "roads.surface"},
    "department": {"department": "works"},
    "officer": {"officer": "sample-officer-7"},
    "an officer without petitions": {"officer": "nobody"},
    "overdue": {"overdue": True},
    "not overdue": {"overdue": False},
    "three days": {"filed_from": date(2025, 3, 1), "filed_to": date(2025, 3, 3)},
    "a wish to be reopened": {"reopening_requested": True},
    "a number": {"q": "KT1010368"},
    "a common word": {"q": "ถนน"},
    "three words": {"q": "ถนน หลุม ตลาด"},
    "a word that nobody wrote": {"q": "ไดโนเสาร์"},
    "department, status and word": {"department": "works", "status": ("in_progress",), "q": "ไฟ"},
}
SORTS: Final = ("-filed_at", "due_at", "number")


def figures(url: str, keyring_url: str, kek: str, pepper: str) -> Iterator[Figure]:
    """In a database of its own, which is empty; the keyring is the installation's."""
    migrate("tracking", url)
    tokens = Tokens(base64.b64decode(pepper))
    sealer = Sealer(PostgresKeyring(connect(keyring_url), base64.b64decode(kek)))
    yield _loaded(url, sealer, tokens)
    engine = connect(url)
    petitions = Petitions(engine, sealer, tokens)
    yield from _queue(petitions)
    yield from _figures(Statistics(engine))
    yield from _exports(petitions)


def _loaded(url: str, sealer: Sealer, tokens: Tokens) -> Figure:
    profile = authority_from_yaml((AUTHORITIES / "kathu.yaml").read_text(encoding="utf-8"))
    owner, started = connect(url, role=None), monotonic()
    count = load(owner, sealer, tokens, stories(profile, YEAR, PETITIONS, seed=1), profile)
    owner.dispose()
    return Figure(f"{count:,} sample petitions put in", monotonic() - started, "s", "", None)


def _queue(petitions: Petitions) -> Iterator[Figure]:
    asked = {f"{name}, by {sort}": _asked(sort=sort, **given) for name, given in FILTERS.items() for sort in SORTS}
    pages = {name: median_of(partial(petitions.page, each, 50)) for name, each in asked.items()}
    yield _slowest("a page of the queue", pages, QUEUE_BUDGET_MS)
    count = petitions.counts
    counts = {name: median_of(partial(count, _asked(**given), "nobody")) for name, given in FILTERS.items()}
    yield _slowest("the counts of a filter", counts, QUEUE_BUDGET_MS)


def _figures(statistics: Statistics) -> Iterator[Figure]:
    """Computed anew each time: what is kept answers in some milliseconds."""
    departments = {"authority": None, "department": "works"}
    told = statistics.for_staff
    dashboards = {name: median_of(partial(told, "kathu", YEAR, of, now())) for name, of in departments.items()}
    yield _slowest("the dashboard", dashboards, FIGURES_BUDGET_MS)
    public = {"authority": median_of(partial(statistics.public, "kathu", YEAR, now()))}
    yield _slowest("the public statistics", public, FIGURES_BUDGET_MS)


def _exports(petitions: Petitions) -> Iterator[Figure]:
    """With the petitioners opened, which is the heavier way. Half of the year is half of the petitions."""
    half = _asked(filed_to=date(2025, 4, 1))
    for name, written in (
        ("CSV", lambda: csv_lines(PERSONAL, petitions.every_opened(half))),
        ("XLSX", lambda: xlsx_pieces(PERSONAL, petitions.every_opened(half))),
    ):
        started, grew = monotonic(), grown(written)
        what = f"memory that the {name} of {EXPORTED:,} petitions takes ({monotonic() - started:.0f} s)"
        yield Figure(what, grew, "MB", "", None, f"< {GROWTH_BUDGET_MB:.0f} MB", grew < GROWTH_BUDGET_MB)


def grown(written: Callable[[], Iterable[object]]) -> float:
    """By how many MB the process grows at most, while something is written."""
    before = most = _resident()
    for place, _ in enumerate(written()):
        if place % 100 == 0:
            most = max(most, _resident())
    return max(most, _resident()) - before


def _asked(**given: Any) -> Filter:
    return Filter(authority="kathu", **given)


def median_of(ask: Callable[[], object], runs: int = RUNS) -> float:
    """Milliseconds, warm."""
    ask()
    took = []
    for _ in range(runs):
        started = monotonic()
        ask()
        took.append(monotonic() - started)
    return median(took) * 1000


def _slowest(what: str, measured: dict[str, float], budget: float) -> Figure:
    name, slowest = max(measured.items(), key=lambda pair: pair[1])
    usual = median(measured.values())
    told = f"{what}, slowest of {len(measured)} ({name})"
    return Figure(told, slowest, "ms", "median of them", usual, f"< {budget:.0f} ms", slowest < budget)


def _resident() -> float:
    """MB of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
