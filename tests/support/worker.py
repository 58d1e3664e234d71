"""A worker process for tests: `python -m tests.support.worker <json of Given>`; prints READY once it consumes."""

from __future__ import annotations

from shared.messaging.green import patch

if __name__ == "__main__":
    patch()

import json
import sys
from dataclasses import asdict, dataclass
from typing import Any, Final

from shared.eventlog.keyring import MemoryKeyring
from shared.eventlog.log import Log
from shared.eventlog.reading import Reader
from shared.eventlog.sealing import Sealer
from shared.kernel.database import connect
from shared.messaging.puller import Pace, Puller
from shared.messaging.topology import Topology
from tests.support.logs import LogDatabase
from tests.support.messaging import Room

READY: Final = "READY"
ENDED: Final = "ENDED"


@dataclass(frozen=True)
class Given:
    """What the process is told. `sweep_seconds` 0: no sweep. `claims` False: the reaction needs no inbox.
    `failing_acknowledgements`: how many of the first ones meet a socket that takes no more."""

    database_url: str
    amqp_url: str
    exchange: str
    queue: str
    delays: tuple[float, ...]
    prefetch: int = 10
    sweep_seconds: float = 0.0
    claims: bool = True
    forward_seconds: float = 2.0
    failing_acknowledgements: int = 0


def command(given: Given) -> list[str]:
    """The command line."""
    return [sys.executable, "-u", "-m", "tests.support.worker", json.dumps(asdict(given))]


def tell(what: str) -> None:
    """For the test that reads the log."""
    sys.stdout.write(f"{what}\n")


def run(given: Given) -> None:
    """Until SIGTERM."""
    from shared.messaging.entrypoint import reacts_to
    from shared.messaging.worker import run_worker

    engine, sealer = connect(given.database_url), Sealer(keyring := MemoryKeyring())
    database = LogDatabase(given.database_url, engine, engine, keyring, Log("intake", sealer), Reader(sealer))
    topology = Topology(given.exchange, {given.queue: ("petition.*",)}, tuple(given.delays))
    room = Room(database, given.queue, topology)

    def react(_: object, envelope: Any, claim: Any) -> None:
        room.react(envelope, claim)

    _break(given.failing_acknowledgements)
    service = type("Sample", (), {"name": "sample", "react": reacts_to(given.queue, prefetch=given.prefetch)(react)})
    pace = Pace(given.sweep_seconds, given.sweep_seconds, grace=given.sweep_seconds)
    sweep = Puller(given.queue, [room.feed], engine, room.react, topology=topology, pace=pace)
    run_worker(
        service,
        room.desk,
        given.amqp_url,
        topology=topology,
        sweeps=[sweep] if given.sweep_seconds else [],
        forward_seconds=given.forward_seconds,
        started=lambda: tell(READY),
    )
    tell(ENDED)


def _break(acknowledgements: int) -> None:
    from kombu.message import Message

    left, ack = [TimeoutError] * acknowledgements, Message.ack

    def breaking(message: Any, multiple: bool = False) -> None:
        if left:
            raise left.pop()
        ack(message, multiple=multiple)

    Message.ack = breaking


if __name__ == "__main__":
    run(Given(**json.loads(sys.argv[1])))
