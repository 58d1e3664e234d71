"""Runs a nameko service until SIGTERM: the process behind `python -m services.<name> worker`."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable, Sequence
from typing import Any, Final

import eventlet
from nameko.constants import AMQP_URI_CONFIG_KEY, MAX_WORKERS_CONFIG_KEY
from nameko.extensions import ENTRYPOINT_EXTENSIONS_ATTR
from nameko.runners import ServiceRunner

from shared.kernel.process import settle_memory
from shared.messaging.declaring import declare
from shared.messaging.delivery import Deliveries
from shared.messaging.entrypoint import SETUP, ReactionEntrypoint, Setup
from shared.messaging.forwarding import SECONDS, Forwarder
from shared.messaging.green import require_patched
from shared.messaging.puller import Dispatcher, Puller
from shared.messaging.reaction import Desk
from shared.messaging.topology import FACTS, Topology

HEARTBEAT_SECONDS: Final = 20
DRAIN_SECONDS: Final = 25.0


class NotSubscribed(Exception):
    """A service reacts to a queue that the topology does not have."""


def run_worker(
    service_cls: type[Any],
    desk: Desk,
    amqp_url: str,
    *,
    topology: Topology = FACTS,
    sweeps: Sequence[Puller] = (),
    forward_seconds: float = SECONDS,
    heartbeat: int = HEARTBEAT_SECONDS,
    drain_seconds: float = DRAIN_SECONDS,
    started: Callable[[], None] = lambda: None,
) -> None:
    """Consume until SIGTERM or SIGINT; then end the reactions in hand and return.

    `sweeps` pull what the broker lost. Raises NotPatched, NotSubscribed, TopologyDiffers or BrokerUnavailable at the
    start, and TopologyDiffers later, when the broker comes back with other queues.
    """
    require_patched()
    entrypoints = _entrypoints(service_cls, topology)
    declare(amqp_url, topology)
    _scrub_errors()
    forward = Forwarder(amqp_url, forward_seconds)
    deliveries = Deliveries(desk, topology, forward)
    setup = Setup(amqp_url, desk, topology, deliveries, heartbeat, drain_seconds)
    most = sum(entrypoint.prefetch for entrypoint in entrypoints)
    runner = ServiceRunner({AMQP_URI_CONFIG_KEY: amqp_url, MAX_WORKERS_CONFIG_KEY: max(1, most), SETUP: setup})
    runner.add_service(service_cls)
    _stop_on_signals(runner, drain_seconds)
    runner.start()
    dispatcher = Dispatcher(sweeps)
    dispatcher.start()
    settle_memory()
    started()
    try:
        runner.wait()
    finally:
        dispatcher.stop()
        dispatcher.join(drain_seconds)
        deliveries.close()
        forward.close()


def _entrypoints(service_cls: type[Any], topology: Topology) -> list[ReactionEntrypoint]:
    found: set[Any] = set()
    for name in dir(service_cls):
        found |= getattr(getattr(service_cls, name), ENTRYPOINT_EXTENSIONS_ATTR, set())
    reactions = [entrypoint for entrypoint in found if isinstance(entrypoint, ReactionEntrypoint)]
    if strange := sorted({reaction.queue for reaction in reactions} - set(topology.subscriptions)):
        raise NotSubscribed(", ".join(strange))
    return reactions


def _stop_on_signals(runner: Any, drain_seconds: float) -> None:
    def stop(*_: object) -> None:
        eventlet.spawn_n(runner.stop)
        eventlet.spawn_after(drain_seconds, runner.kill)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


def _scrub_errors() -> None:
    """nameko logs what a handler raised, text and all; ours are logged scrubbed (see `delivery`)."""
    logging.getLogger("nameko.containers").addFilter(_without_texts)


def _without_texts(record: logging.LogRecord) -> bool:
    if str(record.msg).startswith("error handling worker"):
        return False
    if record.exc_info and record.exc_info[0]:
        record.msg, record.args = f"nameko: {record.exc_info[0].__name__}", ()
        record.exc_info = None
        record.exc_text = None
    return True
