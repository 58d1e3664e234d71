"""A relay process for tests: `python -m tests.support.relay <database url> <amqp url> <exchange>`."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from prometheus_client import REGISTRY

from shared.eventlog.keyring import MemoryKeyring
from shared.eventlog.log import Log
from shared.eventlog.sealing import Sealer
from shared.kernel.database import connect
from shared.messaging.publishing import Rhythm
from shared.messaging.relay import Relay
from tests.support.messaging import Room

QUICK: Final = Rhythm(pause=0.05, longest_pause=0.2, standby=0.05)


@contextmanager
def relaying(made: Room, uri: str, prepare: Callable[[], None] = lambda: None) -> Iterator[Relay]:
    """A relay in a thread, stopped at the end."""
    exchange, log = made.topology.exchange, made.database.log
    relay = Relay("intake", made.engine, log, uri, exchange=exchange, rhythm=QUICK, prepare=prepare)
    thread = threading.Thread(target=relay.run)
    thread.start()
    try:
        yield relay
    finally:
        relay.stop()
        thread.join(15)
        assert not thread.is_alive()


def interruptions(reason: str) -> float:
    """How often relays of this process were interrupted for that reason."""
    labels = {"service": "intake", "reason": reason}
    return REGISTRY.get_sample_value("khamrong_relay_interruptions_total", labels) or 0.0


def command(database_url: str, amqp_url: str, exchange: str) -> list[str]:
    """The command line."""
    return [sys.executable, "-u", "-m", "tests.support.relay", database_url, amqp_url, exchange]


def run(database_url: str, amqp_url: str, exchange: str) -> None:
    """Until SIGTERM."""
    relay = Relay("intake", connect(database_url), Log("intake", Sealer(MemoryKeyring())), amqp_url, exchange=exchange)
    signal.signal(signal.SIGTERM, lambda *_: relay.stop())
    relay.run()


if __name__ == "__main__":
    run(*sys.argv[1:])
