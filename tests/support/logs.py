"""An event log of its own for a test, with its keyring."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from shared.contracts.fact import Fact
from shared.eventlog.chain import Verdict, verify
from shared.eventlog.keyring import MemoryKeyring
from shared.eventlog.log import Append, Log, schema
from shared.eventlog.reading import Reader
from shared.eventlog.sealing import Sealer
from shared.kernel.database import connect, run_script
from tests.support import facts


@dataclass(frozen=True)
class LogDatabase:
    """A database with an empty log. `application` has a service's rights, `owner` those of the superuser."""

    url: str
    application: sa.Engine
    owner: sa.Engine
    keyring: MemoryKeyring
    log: Log
    reader: Reader

    def append(self, *appends: Append) -> int:
        """Seal and append in one transaction, as services do."""
        sealed = self.log.seal(appends)
        with self.application.begin() as transaction:
            return self.log.append(transaction, sealed)

    def accept(self, petition_id: UUID, expected_version: int = 0, count: int = 1) -> int:
        """Append that many facts without personal fields to the petition."""
        return self.append(facts.appending(petition_id, expected_version, *[facts.accepted(petition_id)] * count))

    def head(self) -> int:
        """The position of the last fact."""
        with self.application.connect() as connection:
            return self.log.head(connection)

    def positions(self) -> list[int]:
        """Every stored position, in order."""
        with self.application.connect() as connection:
            return list(connection.execute(sa.text("SELECT position FROM eventlog.facts ORDER BY position")).scalars())

    def load(self, petition_id: UUID) -> list[Fact]:
        """The petition's facts in clear."""
        with self.application.connect() as connection:
            return self.reader.read_all(self.log.load(connection, f"petition-{petition_id}"))

    def verdict(self) -> Verdict:
        """What verifying the chain finds."""
        with self.application.connect() as connection:
            return verify(connection)

    def empty(self) -> None:
        """Begin again with an empty log."""
        start = "INSERT INTO eventlog.head (position, recorded_at, hash) VALUES (0, 'epoch', sha256('khamrong'))"
        self.tamper(["TRUNCATE eventlog.facts, eventlog.head", start])

    def tamper(self, statements: Sequence[str]) -> None:
        """What a superuser can do who switches the triggers off."""
        with self.owner.begin() as transaction:
            run_script(transaction, "SET LOCAL session_replication_role = replica; " + ";\n".join(statements))


@contextmanager
def log_database(url: str) -> Iterator[LogDatabase]:
    """Make an empty log in an empty database."""
    owner, application = connect(url, role=None), connect(url, size=20)
    try:
        with owner.begin() as transaction:
            run_script(transaction, schema())
        sealer = Sealer(keyring := MemoryKeyring())
        yield LogDatabase(url, application, owner, keyring, Log("intake", sealer), Reader(sealer))
    finally:
        application.dispose()
        owner.dispose()
