"""The event log of one service: append, load, read after a position."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from shared.contracts.envelope import Envelope, source_of, traceparent
from shared.contracts.fact import Fact
from shared.eventlog.conflict import conflict_in
from shared.eventlog.sealing import Sealer
from shared.kernel import ids
from shared.kernel.database import looking

SCHEMA_FILES: Final = ("role.sql", "schema.sql", "canonical.sql", "append.sql", "grants.sql")

_COLUMNS: Final = (
    "position, event_id, stream, version, type, schema_version, recorded_at, actor, authority,"
    " correlation_id, causation_id, data"
)
_APPEND: Final = sa.text("SELECT eventlog.append(CAST(:batch AS jsonb))")
_LOAD: Final = sa.text(
    f"SELECT {_COLUMNS} FROM eventlog.facts WHERE stream = :stream AND version > :since ORDER BY version"
)
_LOAD_ALL: Final = sa.text(
    f"SELECT {_COLUMNS} FROM eventlog.facts WHERE stream = ANY(:streams) ORDER BY stream, version"
)
_VERSIONS: Final = sa.text(
    "SELECT stream, max(version) AS version FROM eventlog.facts WHERE stream = ANY(:streams) GROUP BY stream"
)
_AFTER: Final = sa.text(f"SELECT {_COLUMNS} FROM eventlog.facts WHERE position > :after ORDER BY position LIMIT :limit")
_AFTER_OF_TYPES: Final = sa.text(
    f"SELECT {_COLUMNS} FROM eventlog.facts WHERE position > :after AND type = ANY(:types)"
    " ORDER BY position LIMIT :limit"
)
_HEAD: Final = sa.text("SELECT position FROM eventlog.head")


def schema() -> str:
    """The SQL that makes an empty log in a database."""
    return "\n".join(_script(name) for name in SCHEMA_FILES)


def application_role() -> str:
    """The SQL that makes the role of running services, where it is not there yet."""
    return _script("role.sql")


def _script(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Origin:
    """Who caused an append and why. `actor` is a role or an id, never a name."""

    actor: str
    authority: str
    correlation_id: UUID = field(default_factory=ids.new_id)
    causation_id: UUID | None = None


def caused_by(envelope: Envelope, actor: str) -> Origin:
    """The origin of what a service does because of a fact."""
    return Origin(actor, envelope.authority, envelope.correlationid, envelope.id)


@dataclass(frozen=True, slots=True)
class Append:
    """Facts for the end of one stream, which the writer saw at `expected_version` (0: it is new)."""

    stream: str
    expected_version: int
    facts: Sequence[Fact]
    origin: Origin
    event_ids: Sequence[UUID] | None = None


@dataclass(frozen=True, slots=True)
class Sealed:
    """Appends made ready outside the transaction: personal fields sealed, ids given."""

    event_ids: Sequence[UUID]
    batch: str


class Log:
    """One service's log. It can be shared among threads; the caller brings connections and transactions."""

    def __init__(self, service: str, sealer: Sealer) -> None:
        self._source = source_of(service)
        self._sealer = sealer

    def seal(self, appends: Iterable[Append]) -> Sealed:
        """Make appends ready, before the transaction: the keyring is another database. Raises SubjectErased."""
        rows = [row for append in appends for row in _rows(append)]
        datas = self._sealer.seal([(event_id, append.stream, fact) for append, _, event_id, fact in rows])
        batch = [_stored(*row, data) for row, data in zip(rows, datas, strict=True)]
        return Sealed([event_id for _, _, event_id, _ in rows], orjson.dumps(batch).decode())

    def append(self, transaction: sa.Connection, sealed: Sealed) -> int:
        """Append as the transaction's last statement, in one round trip. The position of the last fact.

        Raises VersionConflict, which names both versions.
        """
        try:
            return int(transaction.execute(_APPEND, {"batch": sealed.batch}).scalar_one())
        except DBAPIError as error:
            if conflict := conflict_in(error):
                raise conflict from error
            raise

    def commit(self, engine: sa.Engine, sealed: Sealed) -> int:
        """Append in a transaction of its own, begun and committed in the same round trip. Raises VersionConflict."""
        with looking(engine) as connection:
            return self.append(connection, sealed)

    def load(self, connection: sa.Connection, stream: str, since: int = 0) -> list[Envelope]:
        """The facts of a stream after the version `since`, oldest first."""
        return self._envelopes(connection.execute(_LOAD, {"stream": stream, "since": since}))

    def load_all(self, connection: sa.Connection, streams: Sequence[str]) -> dict[str, list[Envelope]]:
        """The facts of each of the streams, oldest first; none for a stream that is new."""
        loaded: dict[str, list[Envelope]] = {stream: [] for stream in streams}
        for envelope in self._envelopes(connection.execute(_LOAD_ALL, {"streams": list(loaded)})):
            loaded[envelope.subject].append(envelope)
        return loaded

    def versions(self, connection: sa.Connection, streams: Sequence[str]) -> dict[str, int]:
        """The version of each of the streams; 0 for one that is new."""
        found = connection.execute(_VERSIONS, {"streams": list(streams)})
        return dict.fromkeys(streams, 0) | {row.stream: row.version for row in found}

    def read_after(
        self, connection: sa.Connection, position: int, limit: int, types: Sequence[str] | None = None
    ) -> list[Envelope]:
        """At most `limit` facts after the position, in the log's order; of the given types only, where given."""
        if types is None:
            return self._envelopes(connection.execute(_AFTER, {"after": position, "limit": limit}))
        wanted = {"after": position, "limit": limit, "types": list(types)}
        return self._envelopes(connection.execute(_AFTER_OF_TYPES, wanted))

    def head(self, connection: sa.Connection) -> int:
        """The position of the last fact; 0 for an empty log."""
        return int(connection.execute(_HEAD).scalar_one())

    def _envelopes(self, found: sa.CursorResult[Any]) -> list[Envelope]:
        return [self._envelope(row) for row in found.all()]

    def _envelope(self, row: Iterable[Any]) -> Envelope:
        """Of a row of `_COLUMNS`, by place: a look-up by name would cost a quarter more (measured)."""
        (position, event_id, stream, version, type_, schema_version, recorded_at, actor, authority, correlation_id,
         causation_id, data) = row  # fmt: skip
        return Envelope(
            id=event_id,
            source=self._source,
            type=type_,
            subject=stream,
            time=recorded_at,
            position=position,
            streamversion=version,
            schemaversion=schema_version,
            authority=authority,
            actor=actor,
            correlationid=correlation_id,
            causationid=causation_id,
            traceparent=traceparent(correlation_id, event_id),
            data=data,
        )


def _rows(append: Append) -> Iterable[tuple[Append, int, UUID, Fact]]:
    event_ids = append.event_ids or [ids.new_id() for _ in append.facts]
    for offset, (event_id, fact) in enumerate(zip(event_ids, append.facts, strict=True), start=1):
        yield append, append.expected_version + offset, event_id, fact


def _stored(append: Append, version: int, event_id: UUID, fact: Fact, data: dict[str, Any]) -> dict[str, Any]:
    origin = append.origin
    return {
        "event_id": event_id, "stream": append.stream, "version": version, "type": fact.TYPE,
        "schema_version": fact.SCHEMA_VERSION, "actor": origin.actor, "authority": origin.authority,
        "correlation_id": origin.correlation_id, "causation_id": origin.causation_id, "data": data,
    }  # fmt: skip
