"""Facts a second from the log to a quorum queue, confirmed; against one confirm at a time."""

from __future__ import annotations

import threading
from typing import Final

import pika
import sqlalchemy as sa

from benchmarks.table import Figure
from khamrong.stack import Stack
from shared.eventlog.keyring import MemoryKeyring
from shared.eventlog.log import Log
from shared.eventlog.sealing import Sealer
from shared.kernel.clock import monotonic
from shared.kernel.database import connect
from shared.messaging.amqp import parameters
from shared.messaging.relay import Relay

BUDGET: Final = 4_000
ONE_BY_ONE: Final = 1_000
_REWIND: Final = sa.text("UPDATE messaging.relay SET position = 0")
_AT: Final = sa.text("SELECT position FROM messaging.relay")


def figures(stack: Stack) -> list[Figure]:
    """The facts that the load before left in intake's log are published again."""
    engine = connect(stack.settings["KHAMRONG_INTAKE_DATABASE_URL"], role=None)
    url = stack.settings["KHAMRONG_AMQP_URL"]
    single = _one_by_one(url)
    with engine.begin() as transaction:
        transaction.execute(_REWIND)
    log = Log("intake", Sealer(MemoryKeyring()))
    with engine.connect() as connection:
        head = log.head(connection)
    relay, started = Relay("intake", engine, log, url), monotonic()
    thread = threading.Thread(target=relay.run)
    thread.start()
    pause = threading.Event()
    while _position(engine) < head:
        pause.wait(0.02)
    rate = head / (monotonic() - started)
    relay.stop()
    thread.join()
    what = f"relay with confirms, {head} facts to three quorum queues"
    return [Figure(what, rate, "/s", "pika, one confirm at a time, one queue", single, f"≥ {BUDGET}/s", rate >= BUDGET)]


def _position(engine: sa.Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(_AT).scalar_one())


def _one_by_one(url: str) -> float:
    with pika.BlockingConnection(parameters(url)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        queue = channel.queue_declare("khamrong.bench", durable=True, arguments={"x-queue-type": "quorum"}).method.queue
        started = monotonic()
        for _ in range(ONE_BY_ONE):
            channel.basic_publish("", queue, b"x" * 2_000, pika.BasicProperties(delivery_mode=2), mandatory=True)
        rate = ONE_BY_ONE / (monotonic() - started)
        channel.queue_delete(queue)
    return rate
