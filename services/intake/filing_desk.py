"""Filing: a petition gets its number and is stored, in one commit shared by those who file at the same moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from services.intake.claiming import petitioner_hash
from services.intake.filed import Asked, Filing, Submission, filed_fact, series_of
from shared.contracts.petition import PetitionFiled
from shared.eventlog.log import Append, Log, Origin
from shared.eventlog.reading import Reader
from shared.eventlog.sealing import SubjectErased
from shared.gateway.idempotency import KeyReused
from shared.kernel import clock, ids
from shared.kernel.batching import GroupCommit
from shared.kernel.crashpoints import crash_here

LINGER: Final = 0.05
ENOUGH: Final = 16
"""At a hundred filings a second five share what a commit costs, for some hundredths of a second; more need not wait."""
_CLAIM_KEYS: Final = sa.text(
    "INSERT INTO idempotency_keys (key, fingerprint, petition_id)"
    " SELECT * FROM unnest(CAST(:keys AS text[]), CAST(:fingerprints AS text[]), CAST(:petition_ids AS uuid[]))"
    " ON CONFLICT DO NOTHING RETURNING key"
)
_TAKE_NUMBERS: Final = sa.text(
    "INSERT INTO number_series AS s (series, last) VALUES (:series, :count)"
    " ON CONFLICT (series) DO UPDATE SET last = s.last + excluded.last RETURNING last"
)
_REMEMBER: Final = sa.text(
    "INSERT INTO petitions (number, petition_id, authority, member_id, petitioner_hash)"
    " SELECT * FROM unnest(CAST(:numbers AS text[]), CAST(:petition_ids AS uuid[]), CAST(:authorities AS text[]),"
    " CAST(:members AS uuid[]), CAST(:hashes AS text[]))"
)
_GONE: Final = sa.text("SELECT 1 FROM erased_members WHERE member_id = ANY(CAST(:members AS uuid[])) LIMIT 1")
_USED: Final = sa.text("SELECT fingerprint, petition_id FROM idempotency_keys WHERE key = :key")


@dataclass(frozen=True, slots=True)
class Filed:
    """The answer: the fact as stored; `replayed` when this request had been answered before."""

    fact: PetitionFiled
    replayed: bool


class FilingDesk:
    """Guarantees: a number is shown only after its petition is stored; numbers are gapless and never reused; the same
    key and body give the same petition, however often and however concurrently they come. Who was erased
    files nothing any more as a member: SubjectErased; what slips in at that moment is found by `Forgetting.sweep`.

    The counter's row stays locked until the commit, so that a rollback gives its numbers back. Who file in company
    wait `LINGER` for each other at most; who files alone waits for nobody.
    """

    def __init__(self, engine: sa.Engine, log: Log, reader: Reader, pepper: bytes, public_url: str) -> None:
        self._engine, self._log, self._reader = engine, log, reader
        self._pepper, self._public_url = pepper, public_url
        self._commits: GroupCommit[Submission, Filed] = GroupCommit(
            "filing", self._file_together, linger=LINGER, enough=ENOUGH
        )

    def submit(self, submission: Submission) -> Future[Filed]:
        """File; the future is done after the commit. Its exceptions: KeyReused, and the database's."""
        return self._commits.submit(submission)

    def earlier(self, asked: Asked) -> Filed | None:
        """The answer to the same request, if it was answered. Raises KeyReused, and the database's exceptions."""
        with self._engine.connect() as connection:
            used = connection.execute(_USED, {"key": asked.key}).one_or_none()
            if used is None:
                return None
            if used.fingerprint != asked.fingerprint:
                raise KeyReused
            first = self._log.load(connection, stream_of(used.petition_id))[0]
        fact = self._reader.read(first)
        assert isinstance(fact, PetitionFiled)
        return Filed(fact, replayed=True)

    def close(self) -> None:
        """Finish what was submitted."""
        self._commits.close()

    def _file_together(self, submissions: Sequence[Submission]) -> list[Filed | Exception]:
        first: dict[str, tuple[Submission, UUID]] = {}
        for submission in submissions:
            first.setdefault(submission.asked.key, (submission, ids.new_id()))
        fresh = self._store([Filing(submission, petition_id) for submission, petition_id in first.values()])
        crash_here("intake.committed")
        return [self._answer(submission, fresh, first) for submission in submissions]

    def _answer(
        self, submission: Submission, fresh: dict[str, PetitionFiled], first: dict[str, tuple[Submission, UUID]]
    ) -> Filed | Exception:
        key = submission.asked.key
        if key in fresh and first[key][0] is submission:
            return Filed(fresh[key], replayed=False)
        return self._replay(submission.asked)

    def _store(self, filings: list[Filing]) -> dict[str, PetitionFiled]:
        """The new facts by key; keys that were used before are not among them."""
        with self._engine.begin() as transaction:
            claimed = self._claim(transaction, filings)
            new = [filing for filing in filings if filing.asked.key in claimed]
            if not new:
                return {}
            facts = self._numbered(transaction, new, clock.now())
            _refuse_erased(transaction, facts)
            self._remember(transaction, facts)
            self._log.append(transaction, self._log.seal([_append(*pair) for pair in zip(new, facts, strict=True)]))
        return {filing.asked.key: fact for filing, fact in zip(new, facts, strict=True)}

    def _claim(self, transaction: sa.Connection, filings: list[Filing]) -> set[str]:
        # The same order everywhere: no deadlock.
        ordered = sorted(filings, key=lambda filing: filing.asked.key)
        claimed = transaction.execute(
            _CLAIM_KEYS,
            {
                "keys": [filing.asked.key for filing in ordered],
                "fingerprints": [filing.asked.fingerprint for filing in ordered],
                "petition_ids": [filing.petition_id for filing in ordered],
            },
        )
        return set(claimed.scalars())

    def _numbered(self, transaction: sa.Connection, filings: list[Filing], now: datetime) -> list[PetitionFiled]:
        wanted = Counter(series_of(filing, now) for filing in filings)
        next_number = {
            series: transaction.execute(_TAKE_NUMBERS, {"series": series, "count": count}).scalar_one() - count + 1
            for series, count in sorted(wanted.items())
        }
        facts = []
        for filing in filings:
            series = series_of(filing, now)
            facts.append(filed_fact(filing, next_number[series], now, self._pepper, self._public_url))
            next_number[series] += 1
        return facts

    def _remember(self, transaction: sa.Connection, facts: list[PetitionFiled]) -> None:
        transaction.execute(
            _REMEMBER,
            {
                "numbers": [fact.number for fact in facts],
                "petition_ids": [fact.petition_id for fact in facts],
                "authorities": [fact.authority for fact in facts],
                "members": [fact.member_id for fact in facts],
                "hashes": [self._petitioner_hash(fact) for fact in facts],
            },
        )

    def _petitioner_hash(self, fact: PetitionFiled) -> str | None:
        """By which a petition that is nobody's is found again when its petitioner has become a member."""
        if fact.member_id is not None:
            return None
        return petitioner_hash(self._pepper, fact.petitioner.citizen_id, fact.petitioner.phone)

    def _replay(self, asked: Asked) -> Filed | Exception:
        try:
            return self.earlier(asked) or LookupError("an idempotency key that is neither new nor used")
        except KeyReused as reused:
            return reused


def _refuse_erased(transaction: sa.Connection, facts: Sequence[PetitionFiled]) -> None:
    """Raises SubjectErased when the member who files was erased a moment ago."""
    members = [fact.member_id for fact in facts if fact.member_id is not None]
    if members and transaction.execute(_GONE, {"members": members}).scalar():
        raise SubjectErased("member")


def stream_of(petition_id: UUID) -> str:
    """The stream of a petition."""
    return f"petition-{petition_id}"


def _append(filing: Filing, fact: PetitionFiled) -> Append:
    origin = Origin("petitioner", fact.authority, filing.asked.correlation_id)
    return Append(stream_of(fact.petition_id), 0, [fact], origin)
