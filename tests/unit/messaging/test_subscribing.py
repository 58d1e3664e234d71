"""Each fact is yielded once, whatever the broker loses, doubles or reorders."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.envelope import Envelope, source_of
from shared.messaging.routing import matches
from shared.messaging.subscriber import PollingLive, subscribe
from tests.support.envelopes import envelope

TYPES = ("petition.filed", "petition.accepted", "sms.failed")


@dataclass
class Owner:
    """A log in memory."""

    service: str
    facts: list[Envelope] = field(default_factory=list)

    def append(self, fact_type: str) -> Envelope:
        position = len(self.facts) + 1
        self.facts.append(envelope(source=source_of(self.service), type=fact_type, position=position))
        return self.facts[-1]

    def after(self, position: int, limit: int, types: Sequence[str] | None = None) -> list[Envelope]:
        wanted = (fact for fact in self.facts[position:] if types is None or fact.type in types)
        return list(islice(wanted, limit))

    def head(self) -> int:
        return len(self.facts)


@dataclass
class Script:
    """A broker whose every message is decided by the test; facts happen while it is listened to."""

    steps: Iterator[Envelope | None]
    stop: threading.Event
    closed: bool = False

    def wait(self) -> Envelope | None:
        try:
            return next(self.steps)
        except StopIteration:
            self.stop.set()
            return None

    def close(self) -> None:
        self.closed = True


@given(st.data())
def test_each_fact_once(data: st.DataObject) -> None:
    owners = [Owner("intake"), Owner("notification")]
    pattern = data.draw(st.sampled_from(["#", "petition.*", "petition.filed"]))
    for _ in range(data.draw(st.integers(0, 5))):
        data.draw(st.sampled_from(owners)).append(data.draw(st.sampled_from(TYPES)))

    def happenings() -> Iterator[Envelope | None]:
        told: list[Envelope] = []
        yield None
        for _ in range(data.draw(st.integers(0, 15))):
            told.append(data.draw(st.sampled_from(owners)).append(data.draw(st.sampled_from(TYPES))))
            if data.draw(st.booleans()):
                fitting = [fact for fact in told if matches(pattern, fact.type)]
                yield data.draw(st.sampled_from(fitting)) if fitting else None

    stop = threading.Event()
    live = Script(happenings(), stop)
    seen = [fact.id for fact in subscribe(pattern, owners, live, stop=stop)]
    expected = [fact.id for owner in owners for fact in owner.facts if matches(pattern, fact.type)]
    assert sorted(seen) == sorted(expected)
    assert live.closed


def test_one_may_start_later_or_at_the_end() -> None:
    intake = Owner("intake")
    for _ in range(4):
        intake.append("petition.filed")

    def positions(start: dict[str, int] | int | None) -> list[int]:
        stop = threading.Event()

        def one_more() -> Iterator[Envelope | None]:
            yield intake.append("petition.filed")

        return [fact.position for fact in subscribe("#", [intake], Script(one_more(), stop), start, stop)]

    assert positions(3) == [4, 5]
    assert positions({"intake": 4}) == [5, 6]
    assert positions({"survey": 4}) == [1, 2, 3, 4, 5, 6, 7]
    assert positions(None) == [8]


def test_facts_of_strangers_are_left_out() -> None:
    stop = threading.Event()
    stranger = envelope(source=source_of("elsewhere"), id=uuid4())
    assert list(subscribe("#", [Owner("intake")], Script(iter([stranger]), stop), stop=stop)) == []


def test_polling_finds_facts_without_a_broker() -> None:
    intake, stop = Owner("intake"), threading.Event()
    intake.append("petition.filed")
    following = subscribe("petition.*", [intake], PollingLive(0.001, stop), stop=stop)
    assert next(following).position == 1
    intake.append("sms.failed")
    intake.append("petition.accepted")
    assert next(following).position == 3
    stop.set()
    assert list(following) == []
