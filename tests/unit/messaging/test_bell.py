"""Who waits for something new is woken, and no ring is lost."""

from __future__ import annotations

import threading

import pytest

from shared.messaging.bell import Bell


def test_a_ring_wakes_everybody_who_waits() -> None:
    bell, woken = Bell(), threading.Semaphore(0)
    waiting = [threading.Thread(target=lambda: bell.wait(0, 30) and woken.release()) for _ in range(3)]
    for each in waiting:
        each.start()
    bell.ring()
    for each in waiting:
        each.join(30)
    assert [woken.acquire(blocking=False) for _ in waiting] == [True] * 3


def test_a_ring_before_the_wait_is_heard() -> None:
    bell = Bell()
    heard = bell.rung
    bell.ring()
    assert bell.wait(heard, 0)


@pytest.mark.parametrize("rings", [0, 2])
def test_without_a_new_ring_the_time_passes(rings: int) -> None:
    bell = Bell()
    for _ in range(rings):
        bell.ring()
    assert not bell.wait(bell.rung, 0.01)
