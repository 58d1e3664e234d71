"""A failed fact is acknowledged only after the broker has its copy."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

import sqlalchemy as sa

from shared.contracts.envelope import CONTENT_TYPE
from shared.messaging.delivery import Deliveries, Message, Settlement
from shared.messaging.reaction import Desk, PermanentFailure, Postponed
from shared.messaging.topology import Topology
from tests.support.envelopes import envelope

TOPOLOGY = Topology("facts", {"service.reaction": ("#",)}, (1.0, 5.0))
QUEUE = "service.reaction"
DESK = Desk("service", sa.create_engine("postgresql+psycopg://127.0.0.1:1/nowhere"), {})
HEADERS = {"x-death": [{"count": 1}], "x-khamrong-attempts": 1, "traceparent": "00"}


@dataclass
class Copies:
    """A broker that takes copies, or does not."""

    failing: bool = False
    taken: list[tuple[str, Message]] = field(default_factory=list)

    def __call__(self, queue: str, message: Message) -> None:
        if self.failing:
            raise ConnectionError
        self.taken.append((queue, message))


def message(**headers: object) -> Message:
    body = envelope().model_dump_json().encode()
    return Message(body, CONTENT_TYPE, {"message_id": "1"}, headers)


def test_a_copy_goes_to_the_retry_though_the_database_is_away() -> None:
    copies, given = Copies(), message(**HEADERS)
    assert Deliveries(DESK, TOPOLOGY, copies).failed(QUEUE, given, KeyError("0812345678")) is Settlement.ACKNOWLEDGE
    ((queue, copy),) = copies.taken
    assert queue == "service.reaction.retry.2"
    assert (copy.body, copy.content_type, copy.properties) == (given.body, given.content_type, given.properties)
    assert copy.headers["x-khamrong-attempts"] == 2
    assert copy.headers["x-khamrong-reason"] == "KeyError"
    assert copy.headers["traceparent"] == "00"
    assert "x-death" not in copy.headers


def test_after_the_last_retry_it_is_parked() -> None:
    copies = Copies()
    Deliveries(DESK, TOPOLOGY, copies).failed(QUEUE, message(**{"x-khamrong-attempts": 2}), ValueError())
    assert [queue for queue, _ in copies.taken] == ["service.reaction.parked"]


def test_a_permanent_failure_is_parked() -> None:
    copies = Copies()
    Deliveries(DESK, TOPOLOGY, copies).failed(QUEUE, message(), PermanentFailure("why"))
    assert [queue for queue, _ in copies.taken] == ["service.reaction.parked"]


def test_what_cannot_be_written_down_as_postponed_is_retried_and_never_parked() -> None:
    copies, last = Copies(), message(**{"x-khamrong-attempts": 2})
    early = Postponed(datetime(2024, 7, 9, 1, tzinfo=UTC))
    assert Deliveries(DESK, TOPOLOGY, copies).failed(QUEUE, last, early) is Settlement.ACKNOWLEDGE
    assert [queue for queue, _ in copies.taken] == ["service.reaction.retry.2"]


def test_without_a_copy_the_message_goes_back() -> None:
    deliveries = Deliveries(DESK, TOPOLOGY, Copies(failing=True))
    assert deliveries.failed(QUEUE, message(), ValueError()) is Settlement.GIVE_BACK


def test_a_strange_count_of_attempts_counts_as_none() -> None:
    assert message(**{"x-khamrong-attempts": "many"}).attempts == 0
    assert message(**{"x-khamrong-attempts": -3}).attempts == 0
