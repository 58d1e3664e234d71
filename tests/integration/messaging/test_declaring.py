"""Declaring makes the broker hold the topology, or says within a time limit why not."""

from __future__ import annotations

import socket
from dataclasses import replace
from time import monotonic

import pytest

from shared.messaging.broker import BrokerUnavailable
from shared.messaging.declaring import TopologyDiffers, declare
from tests.support.messaging import Room
from tests.support.queues import Queues
from tests.support.servers import Broker


def test_declaring_again_changes_nothing(declared: Room, rabbitmq: Broker, queues: Queues) -> None:
    queues.publish(declared.queue, b"{}")
    declare(rabbitmq.uri, declared.topology)
    assert queues.depth(declared.queue) == 1


def test_a_queue_with_other_arguments_is_named(declared: Room, rabbitmq: Broker) -> None:
    other = replace(declared.topology, retry_seconds=(0.02, 7.0))
    with pytest.raises(TopologyDiffers, match=rf"x-message-ttl.*{declared.queue}.retry.2"):
        declare(rabbitmq.uri, other)


def test_no_broker_is_told_without_the_password(declared: Room) -> None:
    with pytest.raises(BrokerUnavailable) as told:
        declare("amqp://someone:password@127.0.0.1:1/%2F", declared.topology)
    assert "127.0.0.1:1" in str(told.value)
    assert "password" not in str(told.value)


def test_a_broker_that_says_nothing_is_not_waited_for(declared: Room) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        started = monotonic()
        with pytest.raises(BrokerUnavailable):
            declare(f"amqp://127.0.0.1:{silent.getsockname()[1]}/%2F", declared.topology, timeout=0.3)
        assert monotonic() - started < 3
