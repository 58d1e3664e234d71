"""Answers that are kept for a moment."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from services.tracking.queries.keeping import MOST_KEPT, Keeper, Kept
from shared.kernel import clock


class Clock:
    """Seconds, as told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seconds = 100.0
        monkeypatch.setattr(clock, "monotonic", lambda: self.seconds)


class Answers:
    """Makes a new number each time, which takes a while."""

    def __init__(self, watch: Clock, takes: float) -> None:
        self._watch, self._takes, self.made = watch, takes, 0

    def __call__(self) -> int:
        self._watch.seconds += self._takes
        self.made += 1
        return self.made


@pytest.mark.parametrize(("reached", "age", "served"), [
    (7, 59.0, True), (7, 60.0, False), (8, 1.9, True), (8, 2.1, False), (6, 2.1, False),
])  # fmt: skip
def test_how_long_it_serves(reached: int, age: float, served: bool) -> None:
    assert Kept("answer", 7, 100.0, 0.2).serves(reached, 100.0 + age) is served


def test_what_is_very_dear_is_not_much_behind() -> None:
    assert Kept("answer", 7, 100.0, 2.0).serves(8, 104.9)
    assert not Kept("answer", 7, 100.0, 2.0).serves(8, 105.1)


def test_it_is_made_anew_after_something_happened(monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Clock(monkeypatch)
    answers, keeper = Answers(watch, 0.2), Keeper[int]()
    assert [keeper.get("kathu", 7, answers), keeper.get("kathu", 7, answers)] == [1, 1]
    assert keeper.get("kathu", 8, answers) == 1
    watch.seconds += 2.1
    assert [keeper.get("kathu", 8, answers), keeper.get("kathu", 8, answers)] == [2, 2]


def test_what_costs_nothing_is_never_old(monkeypatch: pytest.MonkeyPatch) -> None:
    answers, keeper = Answers(Clock(monkeypatch), 0.0), Keeper[int]()
    assert [keeper.get("kathu", position, answers) for position in (1, 2, 3)] == [1, 2, 3]


def test_each_key_has_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    answers, keeper = Answers(Clock(monkeypatch), 0.1), Keeper[int]()
    assert [keeper.get(key, 1, answers) for key in ("kathu", "ban", "kathu")] == [1, 2, 1]


def test_nothing_is_not_kept() -> None:
    asked: list[str] = []
    keeper = Keeper[int]()
    for _ in range(2):
        assert keeper.get("nowhere", 1, lambda: asked.append("asked")) is None
    assert asked == ["asked"] * 2


def test_not_more_are_kept_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    answers, keeper = Answers(Clock(monkeypatch), 0.0), Keeper[int]()
    for key in range(MOST_KEPT + 1):
        keeper.get(key, 1, answers)
    assert keeper.get(0, 1, answers) == MOST_KEPT + 2


def test_all_who_ask_at_once_wait_for_one_answer() -> None:
    keeper, asking, made = Keeper[int](), threading.Barrier(8), [0]

    def make() -> int:
        made[0] += 1
        return made[0]

    def ask(_: int) -> int | None:
        asking.wait()
        return keeper.get("kathu", 1, make)

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(8))) == {1}


def test_what_fails_is_tried_again() -> None:
    keeper = Keeper[int]()
    with pytest.raises(ZeroDivisionError):
        keeper.get("kathu", 1, lambda: 1 // 0)
    assert keeper.get("kathu", 1, lambda: 5) == 5
