"""However facts arrive, the read model is the fold of the logs: live, rebuilt, and worked out by hand."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Any, Final

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.tracking.projections import petition
from shared.contracts.envelope import Envelope
from shared.projecting.projection import Row, column_names
from shared.projecting.rebuild import Rebuild
from tests.support.feeds import Logs
from tests.support.gateways import Databases
from tests.support.tracking import TrackingDatabase, case, configure, dump, folded, history_of, tell, tracking_database

_QUICK: Final = settings(max_examples=60, deadline=None)
_WITH_DATABASE: Final = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
cases = st.integers(1, 4)
seeds = st.integers(0, 2**32)


def told(count: int, seed: int) -> Logs:
    """Stories of several petitions, cut off anywhere and mixed; each petition's facts keep their order in each log."""
    logs, shuffle = Logs(), random.Random(seed)
    configure(logs)
    stories = {one: history_of(one) for one in (case(running) for running in range(count))}
    left = {one: story[: shuffle.randint(0, len(story))] for one, story in stories.items()}
    while left := {one: story for one, story in left.items() if story}:
        one = shuffle.choice(list(left))
        tell(logs, one, [left[one].pop(0)])
    return logs


def mixed(envelopes: Sequence[Envelope], seed: int) -> list[Envelope]:
    """Every source in its order, the sources mixed."""
    shuffle = random.Random(seed)
    queues: dict[str, list[Envelope]] = {}
    for envelope in envelopes:
        queues.setdefault(envelope.service, []).append(envelope)
    found: list[Envelope] = []
    while queues:
        source = shuffle.choice(list(queues))
        found.append(queues[source].pop(0))
        queues = {name: queue for name, queue in queues.items() if queue}
    return found


@_QUICK
@given(cases, seeds, seeds)
def test_the_order_among_sources_does_not_matter(count: int, story: int, order: int) -> None:
    logs = told(count, story)
    rows: dict[Any, Row] = {}
    for envelope in mixed(logs.envelopes, order):
        if key := petition.key(envelope):
            rows[key] = petition.apply(rows.get(key), envelope)
    assert dump(rows.values()) == dump(folded(logs.envelopes).values())


@_QUICK
@given(cases, seeds)
def test_sources_touch_disjoint_columns(count: int, story: int) -> None:
    changed: dict[str, set[str]] = {}
    rows: dict[Any, Row] = {}
    logs = told(count, story)
    for envelope in logs.envelopes:
        if key := petition.key(envelope):
            before = rows.get(key) or dict.fromkeys(column_names(petition.TABLE))
            rows[key] = petition.apply(rows.get(key), envelope)
            fresh = before["petition_id"] is None
            differing = {name for name, value in rows[key].items() if value != before[name] and value != []}
            changed.setdefault(envelope.service, set()).update(differing - ({"petition_id"} if fresh else set()))
    named = list(changed.values())
    assert sum(len(each) for each in named) == len(set().union(*named))


@pytest.fixture(scope="module")
def database(databases: Databases) -> Iterator[TrackingDatabase]:
    """One database for all examples."""
    with tracking_database(databases.make("tracking")) as made:
        yield made


def emptied(database: TrackingDatabase) -> TrackingDatabase:
    """As if nothing had been applied."""
    with database.owner.begin() as transaction:
        transaction.execute(sa.text(f"TRUNCATE tracking_g{database.generation()}.petition"))
        transaction.execute(sa.text("UPDATE projecting.checkpoints SET position = 0"))
    return database


def deliver(database: TrackingDatabase, logs: Logs, seed: int) -> None:
    """Batches of any size, in any order, with repetitions and losses; then whatever is left is pulled."""
    shuffle, runner = random.Random(seed), database.runner(logs)
    deliveries = [each for each in logs.envelopes for _ in range(shuffle.choice((0, 1, 1, 2)))]
    shuffle.shuffle(deliveries)
    while deliveries:
        size = shuffle.randint(1, 8)
        runner.project(deliveries[:size])
        deliveries = deliveries[size:]
    runner.catch_up()


@_WITH_DATABASE
@given(cases, seeds, seeds)
def test_any_delivery_gives_the_fold(database: TrackingDatabase, count: int, story: int, order: int) -> None:
    logs = told(count, story)
    deliver(emptied(database), logs, order)
    assert dump(database.rows()) == dump(folded(logs.envelopes).values())
    assert database.positions() == {name: feed.head() for name, feed in logs.feeds.items()}


@_WITH_DATABASE
@given(cases, seeds, seeds, st.integers(1, 30))
def test_a_rebuild_gives_the_same_octets(
    database: TrackingDatabase, count: int, story: int, order: int, most_rows: int
) -> None:
    logs = told(count, story)
    deliver(emptied(database), logs, order)
    live = dump(database.rows())
    report = Rebuild(database.owner, petition, logs.feeds, most_rows=most_rows).run()
    assert (report.same, report.swapped) == (True, True)
    assert dump(database.rows()) == live == dump(folded(logs.envelopes).values())
