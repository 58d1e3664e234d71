"""Recording answers: one for each end of a petition, and one for each request that is sent again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from services.survey.chance import Chance, fold
from shared.contracts.survey import SurveyAnswered
from shared.eventlog.conflict import VersionConflict
from shared.eventlog.log import Append, Log, Origin
from shared.eventlog.reading import Reader
from shared.gateway.idempotency import KeyReused, Marked

ATTEMPTS: Final = 3
ACTOR: Final = "petitioner"
_CLAIM: Final = sa.text(
    "INSERT INTO idempotency_keys (key, fingerprint, stream) VALUES (:key, :fingerprint, :stream)"
    " ON CONFLICT DO NOTHING"
)
_USED: Final = sa.text("SELECT fingerprint, stream FROM idempotency_keys WHERE key = :key")

Decide = Callable[[Chance], SurveyAnswered]
"""Makes the answer of what has happened to the chance; may raise Refused."""


class _UsedMeanwhile(Exception):
    """The same request was answered between the look at its key and the commit."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """The answer as stored; `replayed` when this request had been answered before."""

    fact: SurveyAnswered
    replayed: bool


class AnswerDesk:
    """Guarantee: an answer is shown after its commit. Two at the same moment about one end of a petition cannot both
    be stored: they are versions of one stream. A marked request gives the same answer, however often it is sent."""

    def __init__(self, engine: sa.Engine, log: Log, reader: Reader) -> None:
        self._engine, self._log, self._reader = engine, log, reader

    def earlier(self, mark: Marked | None) -> Recorded | None:
        """What the same request was answered with. Raises KeyReused."""
        if mark is None:
            return None
        with self._engine.connect() as connection:
            used = connection.execute(_USED, {"key": mark.key}).one_or_none()
            if used is None:
                return None
            if used.fingerprint != mark.fingerprint:
                raise KeyReused
            envelopes = self._log.load(connection, used.stream)
        answers = [fact for fact in self._reader.read_all(envelopes) if isinstance(fact, SurveyAnswered)]
        return Recorded(answers[0], replayed=True)

    def record(self, stream: str, decide: Decide, correlation: UUID, mark: Marked | None) -> Recorded:
        """Store the answer that `decide` makes at the end of the stream.

        Raises what `decide` raises, KeyReused, SubjectErased; VersionConflict after losing three races.
        """
        for attempt in range(1, ATTEMPTS + 1):
            chance = self._load(stream)
            if earlier := self.earlier(mark):  # after the stream was read: its answer may be this very request's
                return earlier
            fact = decide(chance)
            try:
                self._store(stream, chance.version, fact, correlation, mark)
            except _UsedMeanwhile:
                continue
            except VersionConflict:
                if attempt == ATTEMPTS:
                    raise
                continue
            return Recorded(fact, replayed=False)
        raise AssertionError("a key that is neither new nor used")

    def _load(self, stream: str) -> Chance:
        with self._engine.connect() as connection:
            envelopes = self._log.load(connection, stream)
        return fold(self._reader.read_all(envelopes))

    def _store(self, stream: str, version: int, fact: SurveyAnswered, correlation: UUID, mark: Marked | None) -> None:
        append = Append(stream, version, [fact], Origin(ACTOR, fact.authority, correlation))
        sealed = self._log.seal([append])
        with self._engine.begin() as transaction:
            if mark and not _claimed(transaction, mark, stream):
                transaction.rollback()
                raise _UsedMeanwhile
            self._log.append(transaction, sealed)


def _claimed(transaction: sa.Connection, mark: Marked, stream: str) -> bool:
    row = {"key": mark.key, "fingerprint": mark.fingerprint, "stream": stream}
    return transaction.execute(_CLAIM, row).rowcount == 1
