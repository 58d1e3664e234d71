"""The window's checkpoint never passes an unconfirmed fact, whatever the order of confirms."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.messaging.window import Hole, Window


def sent_in_full(count: int, start: int = 0) -> Window:
    window = Window(start, count)
    for position in range(start + 1, start + count + 1):
        window.sent(position)
    return window


def test_positions_are_dense() -> None:
    window = Window(41, 10)
    window.sent(42)
    with pytest.raises(Hole, match="position 44 after 42"):
        window.sent(44)
    with pytest.raises(Hole):
        window.sent(42)


def test_it_opens_slowly_and_no_further_than_its_size() -> None:
    window, rooms = Window(0, 6), []
    for position in range(1, 6):
        rooms.append(window.room)
        window.sent(position)
        window.confirmed(position, multiple=False)
    assert rooms == [1, 2, 4, 6, 6]


@given(st.data())
def test_the_checkpoint_is_below_the_first_unconfirmed(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 30))
    window, unconfirmed = sent_in_full(count, start=100), set(range(1, count + 1))
    for _ in range(data.draw(st.integers(0, 40))):
        tag, multiple = data.draw(st.integers(1, count)), data.draw(st.booleans())
        before = window.checkpoint
        moved = window.confirmed(tag, multiple)
        unconfirmed -= set(range(1, tag + 1)) if multiple else {tag}
        assert window.checkpoint - before == moved >= 0
        assert window.checkpoint == 100 + min(unconfirmed, default=count + 1) - 1
        assert window.is_empty is (not unconfirmed)
        assert window.room <= count - len(unconfirmed)
