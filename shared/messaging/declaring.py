"""Makes the broker hold the topology, or says clearly why it does not."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import Final

import pika
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import ChannelClosedByBroker

from shared.messaging.amqp import LOST, address, parameters
from shared.messaging.broker import BrokerUnavailable
from shared.messaging.topology import FACTS, Topology

_PRECONDITION_FAILED: Final = 406


class TopologyDiffers(Exception):
    """The broker has an exchange or queue of that name with other arguments; the text names both."""


def declare(url: str, topology: Topology = FACTS, timeout: float = 20.0) -> None:
    """Declare everything. What is there with the same arguments stays as it is.

    Raises TopologyDiffers (delete the queue by hand when it is empty, or change the topology), and BrokerUnavailable
    when the broker has not answered after `timeout` seconds.
    """
    outcome: Future[None] = Future()
    threading.Thread(target=_declare, args=(url, topology, outcome), name="declare", daemon=True).start()
    try:
        outcome.result(timeout)
    except TimeoutError:
        raise BrokerUnavailable(
            f"the broker at {address(url)} did not declare the queues within {timeout:g} s"
        ) from None


def _declare(url: str, topology: Topology, outcome: Future[None]) -> None:
    try:
        with pika.BlockingConnection(parameters(url)) as connection:
            _declare_on(connection.channel(), topology)
    except TopologyDiffers as error:
        outcome.set_exception(error)
    except LOST as error:
        outcome.set_exception(
            BrokerUnavailable(f"the broker at {address(url)} does not answer: {type(error).__name__}")
        )
    else:
        outcome.set_result(None)


def _declare_on(channel: BlockingChannel, topology: Topology) -> None:
    try:
        channel.exchange_declare(topology.exchange, "topic", durable=True)
        for queue in topology.queues():
            channel.queue_declare(queue.name, durable=True, arguments=dict(queue.arguments))
        for queue_name, key in topology.bindings():
            channel.queue_bind(queue_name, topology.exchange, key)
    except ChannelClosedByBroker as error:
        if error.reply_code == _PRECONDITION_FAILED:
            raise TopologyDiffers(error.reply_text) from error
        raise
