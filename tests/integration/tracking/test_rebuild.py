"""A read model is rebuilt beside the running one and swapped in; whatever goes wrong, the running one goes on."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

from services.tracking.projections import PROJECTIONS, petition
from shared.contracts.envelope import Envelope
from shared.projecting.projection import Row
from shared.projecting.rebuild import Rebuild, RebuildRunning
from shared.projecting.runner import Runner
from tests.support.feeds import Logs
from tests.support.rebuilding import stalled_rebuild
from tests.support.tracking import TrackingDatabase, case, configure, dump, folded, history_of, tell, tell_histories
from tests.support.waiting import eventually


def filled(database: TrackingDatabase, logs: Logs, cases: int = 30) -> list[Envelope]:
    """Stories in the logs and in the live read model."""
    configure(logs)
    told = tell_histories(logs, map(case, range(cases)))
    database.runner(logs).catch_up()
    return told


def rebuild(database: TrackingDatabase, logs: Logs, projection: Any = petition) -> Rebuild:
    return Rebuild(database.owner, projection, logs.feeds, most_rows=10)


def test_rebuilt_equals_live_equals_fold(database: TrackingDatabase, logs: Logs) -> None:
    told = filled(database, logs)
    live = dump(database.rows())
    report = rebuild(database, logs).run()
    assert (report.swapped, report.same, report.rows) == (True, True, 30)
    assert dump(database.rows()) == live == dump(folded(told).values())
    assert database.generation() == 2
    assert database.tables() == {"tracking_g2"}


def test_an_empty_log_can_be_rebuilt(database: TrackingDatabase, logs: Logs) -> None:
    assert rebuild(database, logs).run().same is True


def test_every_projection_can_be_rebuilt(database: TrackingDatabase, logs: Logs) -> None:
    filled(database, logs)
    assert [rebuild(database, logs, each).run().swapped for each in PROJECTIONS] == [True, True, True]


def test_it_swaps_under_running_writes_and_reads(database: TrackingDatabase, logs: Logs) -> None:
    filled(database, logs)
    stop, counts = threading.Event(), [0]

    def write() -> None:
        running = 1_000
        while not stop.is_set():
            one = case(running := running + 1)
            database.runner(logs).project(tell(logs, one, history_of(one)))

    def read() -> None:
        while not stop.is_set():
            counts.append(len(database.rows()))

    with ThreadPoolExecutor(2) as pool:
        at_work = [pool.submit(write), pool.submit(read)]
        try:
            reports = [rebuild(database, logs).run() for _ in range(3)]
        finally:
            stop.set()
        for each in at_work:
            each.result()
    assert [(report.swapped, report.same) for report in reports] == [(True, True)] * 3
    assert counts == sorted(counts)
    assert dump(database.rows()) == dump(folded(logs.envelopes).values())
    assert database.tables() == {"tracking_g4"}


def test_it_goes_no_further_than_the_running_one(database: TrackingDatabase, logs: Logs) -> None:
    one = case()
    told = tell(logs, one, history_of(one))
    intake = [fact for fact in told if fact.service == "intake"]
    database.runner(logs).project(intake[:3])
    assert rebuild(database, logs).run().same is True
    assert database.positions() == {"intake": 3, "documents": 0, "notification": 0, "survey": 0}
    database.runner(logs).project(told)
    assert dump(database.rows()) == dump(folded(told).values())


def test_rows_that_differ_are_reported_and_not_swapped_in(database: TrackingDatabase, logs: Logs) -> None:
    filled(database, logs)
    with database.owner.begin() as transaction:
        transaction.execute(sa.text("UPDATE tracking_g1.petition SET state = 'accepted' WHERE number LIKE '%7'"))
    before = dump(database.rows())
    report = rebuild(database, logs).run()
    assert (report.swapped, report.same) == (False, False)
    assert (dump(database.rows()), database.generation(), database.tables()) == (before, 1, {"tracking_g1"})
    assert database.positions(live=False) == {}


def test_rows_that_differ_are_swapped_in_when_that_is_accepted(database: TrackingDatabase, logs: Logs) -> None:
    told = filled(database, logs)
    with database.owner.begin() as transaction:
        transaction.execute(sa.text("UPDATE tracking_g1.petition SET state = 'accepted' WHERE number LIKE '%7'"))
    report = rebuild(database, logs).run(accept_difference=True)
    assert (report.swapped, report.same) == (True, False)
    assert dump(database.rows()) == dump(folded(told).values())


def test_another_version_has_another_shape(database: TrackingDatabase, logs: Logs) -> None:
    told = filled(database, logs)
    report = rebuild(database, logs, next_version()).run()
    assert (report.swapped, report.same) == (True, None)
    with database.application.connect() as connection:
        lengths = connection.execute(sa.text("SELECT DISTINCT history_length FROM tracking.petition")).scalars().all()
    assert lengths == [6]
    one = case(77)
    Runner(database.application, [next_version()], logs.feeds).project(tell(logs, one, history_of(one)))
    assert len(database.rows()) == len(folded(told)) + 1


def test_killed_half_way_it_leaves_the_running_one_and_the_next_cleans_up(
    database: TrackingDatabase, logs: Logs
) -> None:
    filled(database, logs, cases=150)
    before = dump(database.rows())
    envelopes = {name: feed.envelopes for name, feed in logs.feeds.items()}
    process = stalled_rebuild(database.url, envelopes, stall_after=1_000)
    process.kill()
    process.join()
    assert (dump(database.rows()), database.generation()) == (before, 1)
    assert database.tables() == {"tracking_g1", "tracking_g2"}
    assert database.positions(live=False).keys() == {"intake", "documents", "notification", "survey"}
    report = eventually(lambda: _unless_running(database, logs))
    assert report.same is True
    assert dump(database.rows()) == before
    assert len(database.tables()) == 1
    assert database.positions(live=False) == {}


def test_an_error_leaves_nothing_behind(database: TrackingDatabase, logs: Logs) -> None:
    filled(database, logs)
    spoilt = logs.feeds["intake"].envelopes[20]
    logs.feeds["intake"].envelopes[20] = spoilt.model_copy(update={"schemaversion": 99})
    with pytest.raises(Exception, match="known up to"):
        rebuild(database, logs).run()
    assert (database.tables(), database.positions(live=False)) == ({"tracking_g1"}, {})


def test_one_at_a_time(database: TrackingDatabase, logs: Logs) -> None:
    filled(database, logs)
    with database.owner.connect() as connection:
        connection.execute(sa.text("SELECT pg_advisory_lock(hashtextextended('projecting:petition', 0))"))
        with pytest.raises(RebuildRunning):
            rebuild(database, logs).run()
    assert database.tables() == {"tracking_g1"}


def test_the_swap_waits_for_those_who_read(database: TrackingDatabase, logs: Logs) -> None:
    filled(database, logs)
    with ThreadPoolExecutor(1) as pool:
        with reading(database) as connection:
            rebuilt = pool.submit(rebuild(database, logs).run)
            eventually(lambda: blocked(database))
            assert connection.execute(sa.text("SELECT count(*) FROM tracking.petition")).scalar() == 30
            assert database.generation() == 1
        assert rebuilt.result(timeout=30).swapped


@contextmanager
def reading(database: TrackingDatabase) -> Iterator[sa.Connection]:
    """A transaction that has looked at the view."""
    with database.application.begin() as connection:
        connection.execute(sa.text("SELECT count(*) FROM tracking.petition"))
        yield connection


def blocked(database: TrackingDatabase) -> bool:
    """Whether somebody waits for the exclusive lock of a view."""
    query = "SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'"
    with database.owner.connect() as connection:
        return bool(connection.execute(sa.text(query)).scalar())


def next_version() -> Any:
    """The petition projection with one column more."""
    table = sa.Table(
        "petition", sa.MetaData(schema="tracking"),
        *[sa.Column(each.name, each.type, primary_key=each.primary_key) for each in petition.TABLE.columns],
        sa.Column("history_length", sa.Integer),
    )  # fmt: skip

    def apply(row: Row | None, envelope: Envelope) -> Row:
        after = petition.apply(row, envelope)
        return after | {"history_length": len(after["timeline"])}

    same = {"NAME": petition.NAME, "SOURCES": petition.SOURCES, "key": petition.key}
    return SimpleNamespace(**same, VERSION=petition.VERSION + 1, TABLE=table, apply=apply)


def _unless_running(database: TrackingDatabase, logs: Logs) -> Any:
    """The server may take a moment to notice that the killed one is gone, and to give its lock back."""
    try:
        return rebuild(database, logs).run()
    except RebuildRunning:
        return None
