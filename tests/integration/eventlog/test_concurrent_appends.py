"""Writers at the same time: positions are handed out in commit order, and one version is written once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier
from uuid import UUID, uuid4

import sqlalchemy as sa

from shared.eventlog.conflict import VersionConflict
from shared.eventlog.log import Sealed
from tests.support import facts
from tests.support.logs import LogDatabase
from tests.support.waiting import eventually


def _waits(database: LogDatabase, backend: int) -> Callable[[], bool]:
    query = sa.text("SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = :pid")

    def waits() -> bool:
        with database.owner.connect() as connection:
            return bool(connection.execute(query, {"pid": backend}).scalar())

    return waits


def _backend(connection: sa.Connection) -> int:
    return int(connection.execute(sa.text("SELECT pg_backend_pid()")).scalar_one())


def test_of_two_writers_at_the_same_version_exactly_one_wins(intake: LogDatabase) -> None:
    petition = uuid4()
    start = Barrier(2)

    def write(version: int, note: str) -> VersionConflict | None:
        sealed = intake.log.seal([facts.appending(petition, version, facts.accepted(petition, note))])
        with intake.application.connect() as connection:
            start.wait(10)
            try:
                with connection.begin():
                    intake.log.append(connection, sealed)
            except VersionConflict as conflict:
                return conflict
        return None

    with ThreadPoolExecutor(2) as writers:
        for version in range(50):
            (lost,) = filter(None, writers.map(write, (version, version), ("one", "other")))
            assert (lost.expected, lost.actual) == (version, version + 1)
    assert intake.positions() == list(range(1, 51))
    assert len(intake.load(petition)) == 50


def test_a_later_append_waits_for_an_earlier_one_that_is_still_open(intake: LogDatabase) -> None:
    """The race that loses facts with a sequence: the later transaction would be visible first."""
    intake.accept(uuid4())
    early, late = (_one(intake, uuid4()) for _ in range(2))
    with intake.application.connect() as first, intake.application.connect() as second, ThreadPoolExecutor(1) as other:
        backend = _backend(second)
        second.rollback()
        first.begin()
        assert intake.log.append(first, early) == 2

        def append_and_commit() -> int:
            with second.begin():
                return intake.log.append(second, late)

        waiting: Future[int] = other.submit(append_and_commit)
        eventually(_waits(intake, backend))
        assert intake.positions() == [1], "nothing of the open transaction and nothing after it is visible"
        assert not waiting.done()
        first.commit()
        assert waiting.result(10) == 3
    assert intake.positions() == [1, 2, 3]


def test_a_rollback_leaves_no_gap(intake: LogDatabase) -> None:
    intake.accept(uuid4())
    early, late = (_one(intake, uuid4()) for _ in range(2))
    with intake.application.connect() as first, intake.application.connect() as second, ThreadPoolExecutor(1) as other:
        backend = _backend(second)
        second.rollback()
        first.begin()
        assert intake.log.append(first, early) == 2

        def append_and_commit() -> int:
            with second.begin():
                return intake.log.append(second, late)

        waiting: Future[int] = other.submit(append_and_commit)
        eventually(_waits(intake, backend))
        first.rollback()
        assert waiting.result(10) == 2, "the position of the transaction that was rolled back"
    assert intake.positions() == [1, 2]
    assert intake.verdict().broken_at is None


def test_a_killed_writer_leaves_no_gap(intake: LogDatabase) -> None:
    with intake.application.connect() as doomed:
        backend = _backend(doomed)
        assert intake.log.append(doomed, _one(intake, uuid4())) == 1
        with intake.owner.begin() as transaction:
            transaction.execute(sa.text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": backend})
        doomed.invalidate()
    assert intake.accept(uuid4()) == 1
    assert intake.positions() == [1]


def test_many_writers_leave_a_dense_log(intake: LogDatabase) -> None:
    def write(petition: UUID) -> None:
        for version in range(0, 30, 3):
            intake.accept(petition, version, 3)

    petitions = [uuid4() for _ in range(6)]
    with ThreadPoolExecutor(6) as writers:
        list(writers.map(write, petitions))
    assert intake.positions() == list(range(1, 181))
    assert intake.head() == 180
    assert all(len(intake.load(petition)) == 30 for petition in petitions)
    assert intake.verdict().broken_at is None


def _one(database: LogDatabase, petition: UUID) -> Sealed:
    return database.log.seal([facts.appending(petition, 0, facts.accepted(petition))])
