"""What shares a frame with the broker, and that each delivery is told exactly once."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.messaging.acknowledging import Acknowledgements, shared


@dataclass
class Channel:
    """What a broker has handed out on a channel, as AMQP counts it."""

    outstanding: list[int] = field(default_factory=list)
    acknowledged: list[int] = field(default_factory=list)
    given_back: list[int] = field(default_factory=list)
    frames: int = 0

    def deliver(self, tag: int) -> Delivery:
        self.outstanding.append(tag)
        return Delivery(self, tag)


@dataclass
class Delivery:
    """As kombu's message."""

    channel: Channel
    delivery_tag: int

    def ack(self, multiple: bool = False) -> None:
        channel = self.channel
        channel.frames += 1
        told = [
            tag for tag in channel.outstanding if tag == self.delivery_tag or (multiple and tag < self.delivery_tag)
        ]
        assert self.delivery_tag in told, "told twice"
        channel.acknowledged += told
        channel.outstanding = [tag for tag in channel.outstanding if tag not in told]

    def requeue(self) -> None:
        self.channel.outstanding.remove(self.delivery_tag)
        self.channel.given_back.append(self.delivery_tag)


class Lost(Delivery):
    """Of a connection that is gone."""

    def ack(self, multiple: bool = False) -> None:
        raise OSError("gone")


def test_those_before_which_nothing_is_in_hand_share_a_frame() -> None:
    assert shared([3, 4, 6, 7, 9], {3, 4, 7, 9}) == ([3, 4], [7, 9])
    assert shared([3, 4], {4}) == ([], [4])
    assert shared([3, 4], {3, 4}) == ([3, 4], [])
    assert shared([], set()) == ([], [])


@given(st.lists(st.sampled_from(["deliver", "add", "give_back", "tell"]), max_size=60), st.data())
def test_exactly_what_is_ready_is_acknowledged_whatever_the_order(steps: list[str], data: st.DataObject) -> None:
    channel, own = Channel(), Acknowledgements()
    in_hand: dict[int, Delivery] = {}
    added: list[int] = []
    given_back: list[int] = []
    for tag, step in enumerate(steps, start=1):
        if step == "deliver":
            in_hand[tag] = channel.deliver(tag)
            own.take(in_hand[tag])
        elif step == "tell":
            own.tell()
            assert sorted(channel.acknowledged) == sorted(added)
            assert own.ready == 0
        elif in_hand:
            chosen = in_hand.pop(data.draw(st.sampled_from(sorted(in_hand))))
            (added if step == "add" else given_back).append(chosen.delivery_tag)
            (own.add if step == "add" else own.give_back)(chosen)
    own.tell()
    assert sorted(channel.acknowledged) == sorted(added)
    assert channel.given_back == given_back
    assert sorted(channel.outstanding) == sorted(in_hand)


def test_a_hundred_that_end_together_take_one_frame() -> None:
    channel, own = Channel(), Acknowledgements()
    deliveries = [channel.deliver(tag) for tag in range(1, 101)]
    for delivery in deliveries:
        own.take(delivery)
    for delivery in reversed(deliveries):
        own.add(delivery)
    own.tell()
    assert (channel.frames, len(channel.acknowledged)) == (1, 100)


def test_a_connection_that_is_lost_leaves_nothing_to_tell() -> None:
    own = Acknowledgements()
    lost = Lost(Channel(), 1)
    own.take(lost)
    own.add(lost)
    with pytest.raises(OSError, match="gone"):
        own.tell()
    own.tell()
    assert own.ready == 0
