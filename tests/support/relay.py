"""A relay process for tests: `python -m tests.support.relay <database url> <amqp url> <exchange>`."""

from __future__ import annotations

import signal
import sys

from shared.eventlog.keyring import MemoryKeyring
from shared.eventlog.log import Log
from shared.eventlog.sealing import Sealer
from shared.kernel.database import connect
from shared.messaging.relay import Relay


def command(database_url: str, amqp_url: str, exchange: str) -> list[str]:
    """The command line."""
    return [sys.executable, "-u", "-m", "tests.support.relay", database_url, amqp_url, exchange]


def run(database_url: str, amqp_url: str, exchange: str) -> None:
    """Until SIGTERM."""
    relay = Relay(
        "intake", connect(database_url), Log("intake", Sealer(MemoryKeyring())), amqp_url, exchange=exchange
    )
    signal.signal(signal.SIGTERM, lambda *_: relay.stop())
    relay.run()


if __name__ == "__main__":
    run(*sys.argv[1:])
