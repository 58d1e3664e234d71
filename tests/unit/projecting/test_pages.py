"""Facts as they are pulled: without holes, what belongs together together."""

from __future__ import annotations

import pytest

from shared.projecting.pages import HoleRemains, by_time, contiguous, page
from tests.support.feeds import Logs
from tests.support.tracking import case, history_of, tell


@pytest.fixture
def logs() -> Logs:
    logs = Logs()
    for running in range(5):
        one = case(running)
        tell(logs, one, history_of(one))
    return logs


@pytest.mark.parametrize(("after", "positions", "run"), [
    (0, [1, 2, 3], [1, 2, 3]), (2, [1, 2, 3], [3]), (0, [2, 3], []), (0, [1, 1, 2, 2, 4], [1, 2]), (3, [1, 2, 3], []),
    (0, [], []),
])  # fmt: skip
def test_contiguous(logs: Logs, after: int, positions: list[int], run: list[int]) -> None:
    facts = [logs.feeds["intake"].envelopes[position - 1] for position in positions]
    assert [fact.position for fact in contiguous(after, facts)] == run


def test_a_page_ends_where_it_should(logs: Logs) -> None:
    assert [fact.position for fact in page(logs.feeds["intake"], 3, 7)] == [4, 5, 6, 7]


def test_a_feed_that_lacks_a_fact_is_told(logs: Logs) -> None:
    with pytest.raises(HoleRemains, match="intake has no fact after 99"):
        page(logs.feeds["intake"], 99, 100)


def test_by_time_gives_each_source_in_order_and_once(logs: Logs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.projecting.pages.PAGE", 4)
    ends = {name: feed.head() for name, feed in logs.feeds.items()}
    given = [fact for facts in by_time(logs.feeds, dict.fromkeys(ends, 0), ends) for fact in facts]
    for name, end in ends.items():
        assert [fact.position for fact in given if fact.service == name] == list(range(1, end + 1))
    first = {name: next(n for n, fact in enumerate(given) if fact.service == name) for name in ends}
    assert max(first.values()) <= 4 * (len(ends) - 1), "no source waits until another is at its end"


def test_by_time_begins_and_ends_where_it_is_told(logs: Logs) -> None:
    starts, ends = {"intake": 3, "documents": 2}, {"intake": 5, "documents": 2}
    given = [fact.position for facts in by_time(logs.feeds, starts, ends) for fact in facts]
    assert given == [4, 5]
