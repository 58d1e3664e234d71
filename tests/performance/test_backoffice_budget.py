"""The staff's queue, search, counts, figures and exports, over 20,000 petitions.

The whole measure, with 200,000, is `make bench ONLY=backoffice`. Other tests run beside this one, so the same times are
asked for here of a tenth of the petitions.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from benchmarks.backoffice import FIGURES_BUDGET_MS, FILTERS, QUEUE_BUDGET_MS, SORTS, YEAR, grown, median_of
from khamrong.sample.loading import NotEmpty, load
from khamrong.sample.stories import stories
from services.tracking.exports.columns import PERSONAL, STAFF
from services.tracking.exports.csv_file import csv_lines
from services.tracking.exports.xlsx_file import xlsx_pieces
from services.tracking.queries.filters import Filter
from services.tracking.queries.petitions import Petitions
from services.tracking.queries.statistics import Statistics
from services.tracking.search.tokens import Tokens
from shared.eventlog.keyring import MemoryKeyring
from shared.eventlog.sealing import Sealer
from shared.kernel.clock import now
from tests.samples.petitions import AUTHORITIES
from tests.support.gateways import Databases
from tests.support.tracking import TrackingDatabase, tracking_database

pytestmark = pytest.mark.xdist_group("backoffice-budget")  # its tests share many petitions
PETITIONS = 20_000
GROWTH_MB = 15.0
TOKENS = Tokens(b"one pepper of at least 32 octets")
SEALER = Sealer(MemoryKeyring())


@pytest.fixture(scope="module")
def database(databases: Databases) -> Iterator[TrackingDatabase]:
    """A read model full of samples."""
    with tracking_database(databases.make("tracking")) as made:
        kathu = AUTHORITIES["kathu"]
        assert load(made.owner, SEALER, TOKENS, stories(kathu, YEAR, PETITIONS, seed=1), kathu) == PETITIONS
        yield made


@pytest.fixture(scope="module")
def petitions(database: TrackingDatabase) -> Petitions:
    return Petitions(database.application, SEALER, TOKENS)


def asked(**given: Any) -> Filter:
    return Filter(authority="kathu", **given)


@pytest.mark.parametrize("name", FILTERS)
def test_a_page_and_the_counts_of_any_filter(petitions: Petitions, name: str) -> None:
    given = FILTERS[name]
    for sort in SORTS:
        assert median_of(lambda sort=sort: petitions.page(asked(sort=sort, **given), 50), 5) < QUEUE_BUDGET_MS
    assert median_of(lambda: petitions.counts(asked(**given), "sample-officer-1"), 5) < QUEUE_BUDGET_MS


def test_samples_can_be_found_and_opened(petitions: Petitions) -> None:
    counted = petitions.counts(asked(q="ถนน"), "sample-officer-1")
    assert 0 < counted["all"] == sum(counted["by_status"].values()) < PETITIONS
    (one, *_) = petitions.page(asked(q="ถนน"), 1).rows
    whole = petitions.whole(one["number"])
    assert "ถนน" in whole["details"]
    assert whole["petitioner"]["family_name"].endswith("ตัวอย่าง")
    found = petitions.of_person(asked(), "phone", [TOKENS.of_phone(whole["petitioner"]["phone"])])
    assert one["number"] in {row["number"] for row in found}


def test_the_figures(database: TrackingDatabase) -> None:
    figures = Statistics(database.application)
    assert median_of(lambda: figures.public("kathu", YEAR, now()), 5) < FIGURES_BUDGET_MS
    for department in (None, "works"):
        assert median_of(lambda of=department: figures.for_staff("kathu", YEAR, of, now()), 5) < FIGURES_BUDGET_MS
    told = figures.for_staff("kathu", YEAR, None, now())
    assert told is not None
    assert told["received"] == PETITIONS == sum(month["received"] for month in told["over_time"])


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_exports_are_streamed(petitions: Petitions, kind: str) -> None:
    def written() -> Iterator[Any]:
        some = asked(filed_to=date(2025, 3, 1))
        if kind == "csv":
            return csv_lines(PERSONAL, petitions.every_opened(some))
        return xlsx_pieces(STAFF, petitions.every(some))

    assert grown(written) < GROWTH_MB


def test_samples_are_never_put_among_petitions(database: TrackingDatabase) -> None:
    with pytest.raises(NotEmpty):
        load(database.owner, SEALER, TOKENS, [], AUTHORITIES["kathu"])
    with database.application.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM tracking.petition")).scalar() == PETITIONS


def test_the_same_seed_gives_the_same_petitions() -> None:
    kathu = AUTHORITIES["kathu"]
    assert list(stories(kathu, YEAR, 50, seed=3)) == list(stories(kathu, YEAR, 50, seed=3))
    assert list(stories(kathu, YEAR, 50, seed=3)) != list(stories(kathu, YEAR, 50, seed=4))
