"""The topology is complete, and the file that RabbitMQ loads is in step with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.contracts.registry import FACTS as FACT_TYPES
from shared.messaging.routing import matches
from shared.messaging.topology import FACTS, SUBSCRIPTIONS, Topology, definitions, definitions_text

DEFINITIONS = Path(__file__).parents[3] / "deploy" / "rabbitmq" / "definitions.json"
TOPOLOGY = Topology("facts", {"service.reaction": ("petition.filed", "sms.*")}, (1.0, 5.0))


def test_the_file_is_in_step() -> None:
    """`python -m shared.messaging.topology > deploy/rabbitmq/definitions.json` writes it."""
    assert DEFINITIONS.read_text(encoding="utf-8") == definitions_text()


def test_the_file_brings_no_users() -> None:
    assert {"users", "permissions"}.isdisjoint(definitions())


def test_a_work_queue_has_its_family() -> None:
    arguments = {queue.name: queue.arguments for queue in TOPOLOGY.queues()}
    assert list(arguments) == [
        "service.reaction",
        "service.reaction.parked",
        "service.reaction.retry.1",
        "service.reaction.retry.2",
    ]
    assert all(given["x-queue-type"] == "quorum" for given in arguments.values())


def test_messages_move_only_when_the_next_queue_has_them() -> None:
    for queue in TOPOLOGY.queues():
        if "x-dead-letter-routing-key" in queue.arguments:
            assert queue.arguments["x-dead-letter-strategy"] == "at-least-once"
            assert queue.arguments["x-overflow"] == "reject-publish"
            assert queue.arguments["x-dead-letter-exchange"] == ""


def test_where_messages_go() -> None:
    goes_to = {queue.name: queue.arguments.get("x-dead-letter-routing-key") for queue in TOPOLOGY.queues()}
    assert goes_to == {
        "service.reaction": "service.reaction.parked",
        "service.reaction.parked": None,
        "service.reaction.retry.1": "service.reaction",
        "service.reaction.retry.2": "service.reaction",
    }


def test_delays_are_the_queues_time_to_live() -> None:
    times = [queue.arguments["x-message-ttl"] for queue in TOPOLOGY.queues() if ".retry." in queue.name]
    assert times == [1000, 5000]
    assert TOPOLOGY.scaled(0.01).retry_seconds == (0.01, 0.05)


def test_bindings() -> None:
    assert TOPOLOGY.bindings() == [("service.reaction", "petition.filed"), ("service.reaction", "sms.*")]


@pytest.mark.parametrize("queue", sorted(SUBSCRIPTIONS))
def test_every_subscription_takes_facts_that_exist(queue: str) -> None:
    for pattern in SUBSCRIPTIONS[queue]:
        assert any(matches(pattern, fact_type) for fact_type in FACT_TYPES), pattern


@pytest.mark.parametrize("fact_type", sorted(FACT_TYPES))
def test_every_fact_has_a_queue(fact_type: str) -> None:
    """The relay stops at a fact that no queue takes."""
    assert any(matches(key, fact_type) for _, key in FACTS.bindings())
