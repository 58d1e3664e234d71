"""A service with a log, a database and queues of its own, for tests of messaging."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid4

import sqlalchemy as sa

from shared.contracts.envelope import Envelope
from shared.kernel import clock
from shared.kernel.database import run_script
from shared.messaging import inbox
from shared.messaging.feed import LogFeed
from shared.messaging.reaction import Claim, Desk, PermanentFailure, Postponed, Unavailable
from shared.messaging.topology import Topology
from tests.support import facts
from tests.support.logs import LogDatabase, log_database

DELAYS: Final = (0.02, 0.05)
EARLY: Final = timedelta(seconds=0.05)
_TABLES: Final = """
CREATE TABLE effects (event_id uuid NOT NULL);
CREATE TABLE tries (event_id uuid NOT NULL);
GRANT SELECT, INSERT ON effects, tries TO khamrong_app;
"""


class SecretText(Exception):
    """An error of somebody else's, whose text must not be kept."""


@dataclass(frozen=True)
class Room:
    """One queue of one service. What its reaction does, the note of each fact says (see `react`)."""

    database: LogDatabase
    queue: str
    topology: Topology

    @property
    def engine(self) -> sa.Engine:
        """With a service's rights."""
        return self.database.application

    @property
    def feed(self) -> LogFeed:
        """The log of this service."""
        return LogFeed("intake", self.engine, self.database.log)

    @property
    def desk(self) -> Desk:
        """The reaction of the queue."""
        return Desk("intake", self.engine, {self.queue: self.react})

    def react(self, envelope: Envelope, claim: Claim) -> None:
        """One row of effect for each fact.

        Notes: `fails` always raises, `fails:2` the first two times, likewise `unavailable`; `permanent`; `unclaimed`
        does not claim; `rolled back` claims for nothing; `slow:0.3` waits; `early:2` is postponed for a moment twice.
        """
        what, _, amount = str(envelope.data["public_note"]).partition(":")
        tries = self._try(envelope.id)
        if what == "fails" and (not amount or tries <= int(amount)):
            raise SecretText(f"the phone is {facts.PHONE}")
        if what == "permanent":
            raise PermanentFailure("the form has no such field")
        if what == "unavailable" and (not amount or tries <= int(amount)):
            raise Unavailable("the store does not answer")
        if what == "early" and tries <= int(amount):
            raise Postponed(clock.now() + EARLY)
        with self.engine.begin() as transaction:
            if what == "slow":
                transaction.execute(sa.text("SELECT pg_sleep(:seconds)"), {"seconds": float(amount)})
            if what == "unclaimed" or claim(transaction):
                transaction.execute(sa.text("INSERT INTO effects VALUES (:id)"), {"id": envelope.id})
            if what == "rolled back":
                transaction.rollback()

    def append(self, *notes: str) -> list[Envelope]:
        """One petition's facts with these notes; as they are fed."""
        petition = uuid4()
        self.database.append(facts.appending(petition, 0, *(facts.accepted(petition, note) for note in notes)))
        with self.engine.connect() as connection:
            return self.database.log.load(connection, f"petition-{petition}")

    def effects(self, event_id: UUID | None = None) -> int:
        """How many effects there are, of the fact or in all."""
        return self._count("effects", event_id)

    def tries(self, event_id: UUID | None = None) -> int:
        """How often the reaction was run, for the fact or in all."""
        return self._count("tries", event_id)

    def scalar(self, sql: str) -> int:
        """The number that a query gives."""
        with self.engine.connect() as connection:
            return int(connection.execute(sa.text(sql)).scalar() or 0)

    def relayed(self) -> int:
        """The relay's checkpoint."""
        return self.scalar("SELECT position FROM messaging.relay")

    def pulled(self) -> int:
        """The puller's checkpoint."""
        return self.scalar("SELECT position FROM messaging.checkpoints")

    def failures(self) -> list[tuple[int, bool, str]]:
        """(attempts, whether parked, reason) of what is written down as failed."""
        query = sa.text("SELECT attempts, due_at IS NULL, reason FROM messaging.failures ORDER BY position")
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(query)]

    def _try(self, event_id: UUID) -> int:
        with self.engine.begin() as transaction:
            transaction.execute(sa.text("INSERT INTO tries VALUES (:id)"), {"id": event_id})
        return self.tries(event_id)

    def _count(self, table: str, event_id: UUID | None) -> int:
        condition = "" if event_id is None else f" WHERE event_id = '{event_id}'"
        return self.scalar(f"SELECT count(*) FROM {table}{condition}")


@contextmanager
def room(url: str, name: str | None = None, delays: tuple[float, ...] = DELAYS) -> Iterator[Room]:
    """In an empty database; exchange and queue get names that no other test has."""
    name = name or uuid4().hex[:12]
    topology = Topology(f"facts-{name}", {f"intake.{name}": ("petition.*",)}, delays)
    with log_database(url) as database:
        with database.owner.begin() as transaction:
            run_script(transaction, inbox.SCHEMA + _TABLES)
        yield Room(database, f"intake.{name}", topology)
