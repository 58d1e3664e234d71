"""Whatever is appended, read and erased in whatever order: the log is a list, and the real one agrees with it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar, Final
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from shared.contracts.fact import ERASED, Fact
from shared.contracts.petition import InformationProvided
from shared.eventlog.conflict import VersionConflict
from shared.eventlog.log import Append
from shared.eventlog.sealing import SubjectErased
from tests.support import facts
from tests.support.logs import LogDatabase, log_database
from tests.support.servers import MakeDatabase

PETITIONS: Final = tuple(UUID(int=n) for n in range(1, 4))
SUBJECTS: Final = tuple(UUID(int=n) for n in range(11, 14))
TYPES: Final = ("petition.accepted", "petition.information_provided", "petition.filed")

_runs = itertools.count(1)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
petitions = st.sampled_from(PETITIONS)
subjects = st.sampled_from(SUBJECTS)
drafts = st.lists(st.tuples(st.sampled_from([None, *SUBJECTS]), texts), max_size=4)
"""(data subject, text) of each fact to append; no subject: a fact without personal fields."""


def _facts(petition: UUID, draft: list[tuple[UUID | None, str]]) -> list[Fact]:
    return [
        facts.provided(petition, subject, text) if subject else facts.accepted(petition, text)
        for subject, text in draft
    ]


class EventLogMachine(RuleBasedStateMachine):
    """The model: the facts in their order, and who is erased."""

    database: ClassVar[LogDatabase]

    def __init__(self) -> None:
        super().__init__()
        self.database.empty()
        self.stored: list[tuple[UUID, Fact]] = []
        self.erased: set[UUID] = set()
        # Erasing is for ever, so each run has people of its own.
        run = next(_runs)
        self.people = {subject: UUID(int=subject.int + 1_000 * run) for subject in SUBJECTS}

    @rule(petition=petitions, draft=drafts)
    def append(self, petition: UUID, draft: list[tuple[UUID | None, str]]) -> None:
        self._append(self._drafted(petition, self._version(petition), draft))

    @rule(draft=drafts, other_draft=drafts)
    def append_to_two_streams(
        self, draft: list[tuple[UUID | None, str]], other_draft: list[tuple[UUID | None, str]]
    ) -> None:
        one, other = PETITIONS[:2]
        self._append(
            self._drafted(one, self._version(one), draft), self._drafted(other, self._version(other), other_draft)
        )

    @rule(petition=petitions, draft=drafts.filter(bool), off=st.integers(-2, 2).filter(bool))
    def append_at_a_wrong_version(self, petition: UUID, draft: list[tuple[UUID | None, str]], off: int) -> None:
        actual = self._version(petition)
        expected = max(0, actual + off)
        append = self._drafted(petition, expected, draft)
        if expected == actual or self._about_the_erased(append):
            return
        with pytest.raises(VersionConflict) as conflict:
            self.database.append(append)
        assert (conflict.value.expected, conflict.value.actual) == (expected, actual)

    @rule(petition=petitions, draft=drafts.filter(bool))
    def roll_back(self, petition: UUID, draft: list[tuple[UUID | None, str]]) -> None:
        append = self._drafted(petition, self._version(petition), draft)
        if self._about_the_erased(append):
            return
        sealed = self.database.log.seal([append])
        with self.database.application.connect() as connection:
            assert self.database.log.append(connection, sealed) == len(self.stored) + len(draft)
            connection.rollback()

    @rule(subject=subjects)
    def erase(self, subject: UUID) -> None:
        self.database.keyring.erase(self.people[subject])
        self.erased.add(self.people[subject])

    @rule(petition=petitions, since=st.integers(0, 5))
    def load(self, petition: UUID, since: int) -> None:
        with self.database.application.connect() as connection:
            envelopes = self.database.log.load(connection, f"petition-{petition}", since)
        expected = [fact for owner, fact in self.stored if owner == petition][since:]
        assert self.database.reader.read_all(envelopes) == [self._as_read(fact) for fact in expected]
        assert [envelope.streamversion for envelope in envelopes] == list(range(since + 1, since + 1 + len(expected)))

    @rule(after=st.integers(0, 12), limit=st.integers(1, 5), types=st.none() | st.sets(st.sampled_from(TYPES)))
    def read_after(self, after: int, limit: int, types: set[str] | None) -> None:
        wanted = None if types is None else sorted(types)
        with self.database.application.connect() as connection:
            envelopes = self.database.log.read_after(connection, after, limit, wanted)
        expected = [
            (position, fact)
            for position, (_, fact) in enumerate(self.stored, start=1)
            if position > after and (types is None or fact.TYPE in types)
        ][:limit]
        assert [envelope.position for envelope in envelopes] == [position for position, _ in expected]
        assert self.database.reader.read_all(envelopes) == [self._as_read(fact) for _, fact in expected]

    @precondition(lambda self: self.stored)
    @rule()
    def verify(self) -> None:
        verdict = self.database.verdict()
        assert (verdict.facts, verdict.broken_at) == (len(self.stored), None)

    @invariant()
    def positions_are_dense(self) -> None:
        assert self.database.head() == len(self.stored)

    def _append(self, *appends: Append) -> None:
        if any(map(self._about_the_erased, appends)):
            with pytest.raises(SubjectErased):
                self.database.append(*appends)
            return
        added = [(UUID(append.stream.removeprefix("petition-")), fact) for append in appends for fact in append.facts]
        assert self.database.append(*appends) == len(self.stored) + len(added)
        self.stored += added

    def _drafted(self, petition: UUID, version: int, draft: list[tuple[UUID | None, str]]) -> Append:
        people = [(subject and self.people[subject], text) for subject, text in draft]
        return replace(facts.appending(petition, version), facts=_facts(petition, people))

    def _version(self, petition: UUID) -> int:
        return sum(owner == petition for owner, _ in self.stored)

    def _about_the_erased(self, append: Append) -> bool:
        return any(isinstance(fact, InformationProvided) and fact.subject_id in self.erased for fact in append.facts)

    def _as_read(self, fact: Fact) -> Fact:
        if isinstance(fact, InformationProvided) and fact.subject_id in self.erased:
            return fact.model_copy(update={"text": ERASED})
        return fact


@pytest.fixture(scope="module")
def log(make_lasting_database: MakeDatabase) -> Iterator[LogDatabase]:
    with log_database(make_lasting_database()) as database:
        yield database


def test_the_log_is_a_list(log: LogDatabase) -> None:
    EventLogMachine.database = log
    run_state_machine_as_test(
        EventLogMachine,
        settings=settings(
            max_examples=90, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
        ),
    )
