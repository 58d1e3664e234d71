"""Group commit: each caller gets its own answer, and nobody suffers for another."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier, Event

import pytest

from shared.kernel import clock
from shared.kernel.batching import Closed, GroupCommit

LIMIT = 10.0
Work = Callable[[Sequence[int]], Sequence["str | Exception"]]


class Commits:
    """Work that remembers its batches and waits for leave. 13 breaks the whole batch; 7 is refused."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.started = Event()
        self.leave = Event()

    def __call__(self, items: Sequence[int]) -> Sequence[str | Exception]:
        self.batches.append(list(items))
        self.started.set()
        assert self.leave.wait(LIMIT)
        if 13 in items:
            raise ConnectionError("the batch is lost")
        return [ValueError("refused") if item == 7 else f"<{item}>" for item in items]


@contextmanager
def committing(
    work: Work, most: int = 64, linger: float = 0.0, enough: int | None = None
) -> Iterator[GroupCommit[int, str]]:
    group: GroupCommit[int, str] = GroupCommit("test", work, most, linger, enough)
    try:
        yield group
    finally:
        group.close()


@contextmanager
def held() -> Iterator[tuple[Commits, GroupCommit[int, str]]]:
    """A group whose first batch (of the item 0) is under way until `leave` is set."""
    commits = Commits()
    with committing(commits) as group:
        try:
            group.submit(0)
            assert commits.started.wait(LIMIT)
            yield commits, group
        finally:
            commits.leave.set()


def test_callers_that_come_at_the_same_time_share_a_batch_and_get_their_own_results() -> None:
    with held() as (commits, group):
        futures = [group.submit(item) for item in range(1, 6)]
        commits.leave.set()
        assert [future.result(LIMIT) for future in futures] == ["<1>", "<2>", "<3>", "<4>", "<5>"]
        assert commits.batches == [[0], [1, 2, 3, 4, 5]]


def test_who_comes_in_company_waits_for_more_and_who_comes_alone_does_not() -> None:
    commits = Commits()
    commits.leave.set()
    with committing(commits, linger=LIMIT) as group:
        assert group.submit(1).result(LIMIT / 2) == "<1>"
        assert group.submit(2).result(LIMIT / 2) == "<2>"
        commits.leave.clear()
        commits.started.clear()
        group.submit(3)
        assert commits.started.wait(LIMIT)
        company = [group.submit(item) for item in (4, 5)]
        commits.leave.set()
        assert [future.result(LIMIT / 2) for future in company] == ["<4>", "<5>"]
        later = group.submit(6)
        assert not later.done()
    assert later.result(0) == "<6>", "closing ends the waiting"
    assert commits.batches == [[1], [2], [3], [4, 5], [6]]


@pytest.mark.parametrize(("most", "enough"), [(3, None), (64, 3)])
def test_nobody_waits_for_more_while_enough_are_waiting(most: int, enough: int | None) -> None:
    commits = Commits()
    with committing(commits, most, LIMIT * 2, enough) as group:
        group.submit(0)
        assert commits.started.wait(LIMIT)
        group.submit(1)
        company = group.submit(2)
        commits.leave.set()
        assert company.result(LIMIT) == "<2>"
        first, *others = (group.submit(item) for item in (3, 4))
        assert not first.done()
        others.append(group.submit(5))
        assert [future.result(LIMIT) for future in (first, *others)] == ["<3>", "<4>", "<5>"]
    assert commits.batches[2:] == [[3, 4, 5]]


def test_callers_who_all_wait_already_are_not_waited_for() -> None:
    """Two who come again as soon as they are answered: nobody else can come."""
    with committing(lambda items: [f"<{item}>" for item in items], linger=1.0) as group:
        started = clock.monotonic()
        for _ in range(4):
            pair = [group.submit(item) for item in (1, 2)]
            assert [future.result(LIMIT) for future in pair] == ["<1>", "<2>"]
        assert clock.monotonic() - started < 3.0


def test_a_batch_is_never_larger_than_allowed() -> None:
    commits = Commits()
    with committing(commits, most=2) as group:
        futures = [group.submit(item) for item in range(7)]
        commits.leave.set()
        assert [future.result(LIMIT) for future in futures] == [f"<{item}>" for item in range(7)]
    assert max(map(len, commits.batches)) <= 2


def test_a_refused_member_harms_nobody_else() -> None:
    with held() as (commits, group):
        futures = {item: group.submit(item) for item in (5, 7, 9)}
        commits.leave.set()
        with pytest.raises(ValueError, match="refused"):
            futures[7].result(LIMIT)
        assert (futures[5].result(LIMIT), futures[9].result(LIMIT)) == ("<5>", "<9>")


def test_a_member_that_breaks_the_batch_harms_nobody_else() -> None:
    with held() as (commits, group):
        futures = {item: group.submit(item) for item in (5, 13, 9)}
        commits.leave.set()
        assert (futures[5].result(LIMIT), futures[9].result(LIMIT)) == ("<5>", "<9>")
        with pytest.raises(ConnectionError, match="the batch is lost"):
            futures[13].result(LIMIT)
        assert commits.batches == [[0], [5, 13, 9], [5], [13], [9]]
        assert group.submit(1).result(LIMIT) == "<1>"


def test_a_single_one_that_fails_is_not_tried_twice() -> None:
    with held() as (commits, group):
        failing = group.submit(13)
        commits.leave.set()
        with pytest.raises(ConnectionError):
            failing.result(LIMIT)
        assert commits.batches == [[0], [13]]


def test_work_that_forgets_a_member_is_an_error_of_every_member() -> None:
    with committing(lambda items: ["<1>"] if len(items) < 2 else []) as group:
        assert group.submit(1).result(LIMIT) == "<1>"
    with committing(lambda _: []) as group:
        with pytest.raises(ValueError, match="shorter"):
            group.submit(1).result(LIMIT)
        with pytest.raises(ValueError, match="shorter"):
            group.submit(2).result(LIMIT)


def test_a_caller_who_gave_up_waiting_takes_no_part_and_harms_nobody() -> None:
    with held() as (commits, group):
        given_up, other = group.submit(1), group.submit(2)
        assert given_up.cancel()
        commits.leave.set()
        assert other.result(LIMIT) == "<2>"
        assert commits.batches == [[0], [2]]
        assert group.submit(3).result(LIMIT) == "<3>"


def test_when_all_gave_up_nothing_is_committed() -> None:
    with held() as (commits, group):
        assert group.submit(1).cancel()
        commits.leave.set()
        assert group.submit(2).result(LIMIT) == "<2>"
        assert [1] not in commits.batches


def test_a_commit_that_began_cannot_be_cancelled() -> None:
    commits = Commits()
    with committing(commits) as group:
        future = group.submit(1)
        assert commits.started.wait(LIMIT)
        assert not future.cancel()
        commits.leave.set()
        assert future.result(LIMIT) == "<1>"


def test_closing_finishes_what_waits_and_takes_nothing_more() -> None:
    commits = Commits()
    group: GroupCommit[int, str] = GroupCommit("test", commits, 2)
    futures = [group.submit(item) for item in (1, 2, 3, 4, 5)]
    commits.leave.set()
    group.close()
    assert all(future.done() for future in futures)
    assert [future.result(0) for future in futures] == ["<1>", "<2>", "<3>", "<4>", "<5>"]
    with pytest.raises(Closed):
        group.submit(6)
    group.close()


def test_nobody_who_was_let_in_while_it_closes_waits_for_ever() -> None:
    for _ in range(50):
        group: GroupCommit[int, int] = GroupCommit("test", list)
        start = Barrier(5)

        def submit(group: GroupCommit[int, int] = group, start: Barrier = start) -> Future[int] | None:
            start.wait(LIMIT)
            try:
                return group.submit(1)
            except Closed:
                return None

        with ThreadPoolExecutor(4) as callers:
            submitted = [callers.submit(submit) for _ in range(4)]
            start.wait(LIMIT)
            group.close()
            assert all(future is None or future.result(LIMIT) == 1 for future in (s.result() for s in submitted))


def test_many_threads_get_their_own_results() -> None:
    with committing(lambda items: [f"<{item}>" for item in items]) as group, ThreadPoolExecutor(16) as callers:
        results = callers.map(lambda item: group.submit(item).result(LIMIT), range(2_000))
        assert list(results) == [f"<{item}>" for item in range(2_000)]


GREEN = """
import eventlet
eventlet.monkey_patch()
from concurrent.futures import Future
from shared.kernel import clock
from shared.kernel.batching import GroupCommit

batches, ticks = [], []

def work(items):
    batches.append(list(items))
    eventlet.sleep(0.02)
    return [ValueError("refused") if item == 7 else item * 2 for item in items]

def tick():
    while True:
        ticks.append(1)
        eventlet.sleep(0.001)

ticking = eventlet.spawn(tick)
group = GroupCommit("green", work)
results = list(eventlet.GreenPool(50).imap(lambda item: group.submit(item).exception(5) or item * 2, range(50)))
assert [r for r in results if not isinstance(r, ValueError)] == [i * 2 for i in range(50) if i != 7], results
group.close()
assert len(batches) < 50, "callers share batches"
assert len(ticks) > 5, "waiting for the commit does not hold up other green threads"
print("done")
"""


def test_it_works_under_green_threads() -> None:
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", GREEN], cwd=Path(__file__).parents[3],
                          capture_output=True, text=True, timeout=60, check=False)  # fmt: skip
    assert done.stdout.strip() == "done", done.stderr
