"""What the log tells of messages, and what is added to it. Callers that come at the same time share statements and
commits: the first attempts of several messages are one transaction, the outcomes of others one beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from services.notification.message import About, Message, fold
from shared.contracts.envelope import Envelope
from shared.contracts.fact import Fact
from shared.contracts.notification import SmsAccepted
from shared.eventlog.conflict import VersionConflict
from shared.eventlog.keyring import MemoryKeyring
from shared.eventlog.log import Append, Log, Origin
from shared.eventlog.reading import Reader
from shared.eventlog.sealing import Sealer
from shared.kernel.batching import LINGER, GroupCommit
from shared.kernel.database import looking
from shared.messaging.inbox import claim_together, handled_together
from shared.messaging.reaction import Claim

_REMEMBER: Final = sa.text(
    "INSERT INTO messages (message_id, number, authority)"
    " SELECT * FROM unnest(CAST(:message_ids AS uuid[]), CAST(:numbers AS text[]), CAST(:authorities AS text[]))"
    " ON CONFLICT DO NOTHING"
)
_NAME: Final = sa.text(
    "UPDATE messages SET provider_ref = named.ref"
    " FROM unnest(CAST(:message_ids AS uuid[]), CAST(:refs AS text[])) AS named (message_id, ref)"
    " WHERE messages.message_id = named.message_id"
)


Stream = tuple[list[Envelope], list[Fact]]


@dataclass(frozen=True, slots=True)
class Record:
    """Facts for the end of a message's stream, seen at `version`. With a claim they complete a reaction; with `unless`
    they begin one, if its fact was not handled yet."""

    about: About
    version: int
    facts: Sequence[Fact]
    origin: Origin
    claim: Claim | None = None
    unless: Claim | None = None

    @property
    def stream(self) -> str:
        """The stream of the message."""
        return stream_of(self.about.message_id)


class Recording:
    """Reads without keys: what a message has come to is known without its number and text."""

    def __init__(self, engine: sa.Engine, log: Log) -> None:
        self._engine, self._log = engine, log
        self._reader = Reader(Sealer(MemoryKeyring()))
        self._loads: GroupCommit[UUID, Message] = GroupCommit("messages", self._load, linger=LINGER)
        self._first: GroupCommit[Record, bool] = GroupCommit("texts", self._add, linger=LINGER)
        self._later: GroupCommit[Record, bool] = GroupCommit("outcomes", self._add, linger=LINGER)

    def load(self, message_id: UUID) -> Message:
        """The message as its stream tells."""
        return self._loads.submit(message_id).result()

    def add(self, record: Record) -> bool:
        """Return after the commit; False: handled before, nothing was added. Raises VersionConflict, SubjectErased."""
        return (self._later if record.version else self._first).submit(record).result()

    def facts_of(self, connection: sa.Connection, message_ids: Sequence[UUID]) -> list[Stream]:
        """The stream of each message: as stored, and read."""
        streams = self._log.load_all(connection, [stream_of(message_id) for message_id in message_ids])
        stored = [streams[stream_of(message_id)] for message_id in message_ids]
        return [(envelopes, self._reader.read_all(envelopes)) for envelopes in stored]

    def close(self) -> None:
        """Finish what was asked for."""
        for each in (self._loads, self._first, self._later):
            each.close()

    def _load(self, message_ids: Sequence[UUID]) -> list[Message]:
        with looking(self._engine) as connection:
            return [fold(facts) for _, facts in self.facts_of(connection, message_ids)]

    def _add(self, records: Sequence[Record]) -> list[bool | Exception]:
        """Records that come too late are left out, the others go on together."""
        late: dict[int, VersionConflict] = {}
        while rest := [record for record in records if id(record) not in late]:
            try:
                answers = dict(zip(map(id, rest), self._commit(rest), strict=True))
            except VersionConflict as conflict:
                late |= self._late(rest) or {id(_last_of(conflict.stream, rest)): conflict}
            else:
                return [late.get(id(record)) or answers[id(record)] for record in records]
        return [late[id(record)] for record in records]

    def _late(self, records: Sequence[Record]) -> dict[int, VersionConflict]:
        """Those whose streams are longer than their writers saw; none when one of these records itself made it so."""
        with looking(self._engine) as connection:
            found = self._log.versions(connection, [record.stream for record in records])
        return {
            id(record): VersionConflict(record.stream, record.version, found[record.stream])
            for record in records
            if record.facts and found[record.stream] != record.version
        }

    def _commit(self, records: Sequence[Record]) -> list[bool]:
        with self._engine.begin() as transaction:
            takes_part = _claimed(transaction, records)
            added = [record for record, takes in zip(records, takes_part, strict=True) if takes and record.facts]
            if added:
                _remember(transaction, [record for record in added if record.version == 0])
                _name(transaction, [fact for record in added for fact in record.facts if isinstance(fact, SmsAccepted)])
                self._log.append(transaction, self._log.seal([_append(record) for record in added]))
        return takes_part


def stream_of(message_id: UUID) -> str:
    """The stream of a message."""
    return f"sms-{message_id}"


def _last_of(stream: str, records: Sequence[Record]) -> Record:
    return next(record for record in reversed(records) if record.stream == stream)


def _append(record: Record) -> Append:
    return Append(record.stream, record.version, record.facts, record.origin)


def _claimed(transaction: sa.Connection, records: Sequence[Record]) -> list[bool]:
    """Which take part. The same claim object is not in two records of a batch."""
    claims = [record.claim for record in records if record.claim is not None]
    begun = [record.unless for record in records if record.unless is not None]
    gone = _without(claims, claim_together(transaction, claims) if claims else ())
    done = _without(begun, [not handled for handled in handled_together(transaction, begun)] if begun else ())
    return [id(record.claim) not in gone and id(record.unless) not in done for record in records]


def _without(claims: Sequence[Claim], answers: Sequence[bool]) -> set[int]:
    """The ids of those whose answer is no."""
    return {id(claim) for claim, answer in zip(claims, answers, strict=True) if not answer}


def _remember(transaction: sa.Connection, records: Sequence[Record]) -> None:
    if not records:
        return
    ordered = sorted(records, key=lambda record: record.about.message_id)  # the same order everywhere: no deadlock
    columns = {
        "message_ids": [record.about.message_id for record in ordered],
        "numbers": [record.about.number for record in ordered],
        "authorities": [record.origin.authority for record in ordered],
    }
    transaction.execute(_REMEMBER, columns)


def _name(transaction: sa.Connection, accepted: Sequence[SmsAccepted]) -> None:
    if not accepted:
        return
    ids, refs = [fact.message_id for fact in accepted], [fact.provider_ref for fact in accepted]
    transaction.execute(_NAME, {"message_ids": ids, "refs": refs})
