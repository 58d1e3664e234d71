"""Logs in memory, for those who only pull: facts sealed and numbered as a service's log does it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from shared.contracts.envelope import Envelope, source_of, traceparent
from shared.contracts.fact import Fact
from shared.eventlog.keyring import Keyring, MemoryKeyring
from shared.eventlog.sealing import Sealer
from shared.kernel import ids

EPOCH = datetime(2024, 7, 8, 11, tzinfo=UTC)


class MemoryFeed:
    """One service's log. `recorded_at` of a fact is a minute after the one before."""

    def __init__(self, service: str, sealer: Sealer) -> None:
        self.service = service
        self.envelopes: list[Envelope] = []
        self.pulls = 0
        self.sealer = sealer
        self._versions: dict[str, int] = defaultdict(int)

    def append(self, stream: str, *facts: Fact, authority: str = "kathu", actor: str = "staff-1") -> list[Envelope]:
        """Put facts at the end."""
        return [self._append(stream, fact, authority, actor) for fact in facts]

    def after(self, position: int, limit: int, types: Sequence[str] | None = None) -> list[Envelope]:
        self.pulls += 1
        found = (each for each in self.envelopes[position:] if types is None or each.type in types)
        return [each for each, _ in zip(found, range(limit), strict=False)]

    def head(self) -> int:
        return len(self.envelopes)

    def _append(self, stream: str, fact: Fact, authority: str, actor: str) -> Envelope:
        event_id, correlation = ids.new_id(), ids.new_id()
        (data,) = self.sealer.seal([(event_id, stream, fact)])
        self._versions[stream] += 1
        position = len(self.envelopes) + 1
        envelope = Envelope(
            id=event_id, source=source_of(self.service), type=fact.TYPE, subject=stream,
            time=EPOCH + timedelta(minutes=position), position=position, streamversion=self._versions[stream],
            schemaversion=fact.SCHEMA_VERSION, authority=authority, actor=actor, correlationid=correlation,
            traceparent=traceparent(correlation, event_id), data=data,
        )  # fmt: skip
        self.envelopes.append(envelope)
        return envelope


class Logs:
    """The logs that tracking reads, with one keyring."""

    def __init__(self, keyring: Keyring | None = None) -> None:
        self.keyring = keyring or MemoryKeyring()
        self.sealer = Sealer(self.keyring)
        self.feeds = {name: MemoryFeed(name, self.sealer) for name in ("intake", "documents", "notification", "survey")}

    def tell(self, service: str, petition_id: UUID, *facts: Fact, authority: str = "kathu") -> list[Envelope]:
        """Facts about a petition, for the end of the service's log."""
        return self.feeds[service].append(f"petition-{petition_id}", *facts, authority=authority)

    @property
    def envelopes(self) -> list[Envelope]:
        """Every fact, source after source."""
        return [envelope for feed in self.feeds.values() for envelope in feed.envelopes]
