"""Any sequence of commands, allowed or not, leaves a petition that is the fold of its facts."""

from __future__ import annotations

from datetime import timedelta
from functools import reduce

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.intake.deciding import decide
from services.intake.petition import Petition, evolve
from services.intake.refusals import (
    FieldRefused,
    NotDue,
    NothingRequested,
    NotPermitted,
    Refused,
    RequestTooLate,
    TransitionNotAllowed,
)
from services.intake.transitions import COMMANDS as BY_NAME
from services.intake.transitions import TRANSITIONS
from shared.contracts.fact import Fact
from shared.contracts.petition_commands import ActorRole, available, reachable
from shared.contracts.petition_deadlines import DueDateSet, DueSoon, PetitionEscalated, PetitionOverdue
from shared.contracts.petition_states import ENDED_STATES, STATE_AFTER, PetitionState
from shared.contracts.registry import FACTS
from tests.samples.petitions import COMMANDS, KATHU, NOW, actor, filed

WITH_MAIN = {"resolve-with-main", "reject-with-main", "merge-again"}
BY_TIME = {"warn-of-due-date", "declare-overdue", "escalate", "remind-of-information", "expire-information"}


def fold(history: list[Fact]) -> Petition:
    """The petition after its facts."""
    first, *rest = history
    return reduce(evolve, rest, evolve(None, first))


class PetitionMachine(RuleBasedStateMachine):
    """Staff, petitioner and system give commands at random."""

    @initialize()
    def file(self) -> None:
        self.history: list[Fact] = [filed()]
        self.petition = evolve(None, self.history[0])
        self.now = NOW

    @rule(name=st.sampled_from(sorted(COMMANDS)), roles=st.sets(st.sampled_from(ActorRole)), later=st.integers(0, 40))
    def command(self, name: str, roles: set[ActorRole], later: int) -> None:
        self.now += timedelta(hours=later)
        self.give(name, roles)

    @rule(data=st.data(), role=st.sampled_from(ActorRole))
    def available_command(self, data: st.DataObject, role: ActorRole) -> None:
        names = available(self.petition.status, [role])
        if names:
            self.give(data.draw(st.sampled_from(names)), {role})

    def give(self, name: str, roles: set[ActorRole]) -> None:
        """Decide and, unless refused, evolve; a refusal has its reason."""
        before, table_rule = self.petition, TRANSITIONS[BY_NAME[name]]
        try:
            decided = decide(COMMANDS[name], before, actor(*roles), self.now, KATHU)
        except Refused as refused:
            self.refused_rightly(refused, name, roles)
            return
        assert [type(each) for each in decided[1:]] in ([], [DueDateSet])
        assert decided == decide(COMMANDS[name], before, actor(*roles), self.now, KATHU)
        self.petition = reduce(evolve, decided, before)
        self.history += decided
        assert before.status in table_rule.sources
        with_main = {table_rule.target} if name in WITH_MAIN else set()
        assert self.petition.status in {*reachable(before.status, before.before_merge), before.status, *with_main}

    def refused_rightly(self, refused: Refused, name: str, roles: set[ActorRole]) -> None:
        """Each kind of refusal only where the table, or a field, says so."""
        table_rule = TRANSITIONS[BY_NAME[name]]
        if isinstance(refused, NotPermitted):
            assert not roles & table_rule.roles
        elif isinstance(refused, TransitionNotAllowed):
            assert self.petition.status not in table_rule.sources
        elif isinstance(refused, NothingRequested):
            assert (name, self.petition.reopening_requested) == ("decline-reopening", False)
        elif isinstance(refused, RequestTooLate):
            assert name == "request-reopening"
            assert self.petition.reopening_requested or self.petition.resolutions != 1
        else:
            assert isinstance(refused, FieldRefused | NotDue)
            assert name in {"schedule", "set-due-date", "transfer", *BY_TIME}

    @invariant()
    def is_the_fold_of_its_facts(self) -> None:
        if hasattr(self, "history"):
            assert fold(self.history) == self.petition == fold(self.history)

    @invariant()
    def is_the_fold_of_its_facts_as_json(self) -> None:
        if hasattr(self, "history"):
            read = [FACTS[fact.TYPE].model_validate_json(fact.model_dump_json()) for fact in self.history]
            assert fold(read) == self.petition

    @invariant()
    def its_state_is_in_the_table(self) -> None:
        if hasattr(self, "petition"):
            assert self.petition.status in set(STATE_AFTER.values())
            assert (self.petition.before_merge is not None) == (self.petition.status is PetitionState.MERGED)
            following = ENDED_STATES if self.petition.main_resolution else {PetitionState.MERGED}
            assert (self.petition.merged_into is not None) == (self.petition.status in following)

    @invariant()
    def time_stands_still_only_while_the_petitioner_is_waited_for(self) -> None:
        if hasattr(self, "petition") and self.petition.status is not PetitionState.WAITING_FOR_CITIZEN:
            assert (self.petition.asked_at, self.petition.paused_since, self.petition.reminded) == (None, None, False)

    @invariant()
    def each_due_date_is_told_of_once(self) -> None:
        if hasattr(self, "history"):
            told = [
                (fact.TYPE, fact.due_at)
                for fact in self.history
                if isinstance(fact, DueSoon | PetitionOverdue | PetitionEscalated)
            ]
            moved = [fact for fact in self.history if isinstance(fact, DueDateSet)]
            assert len(told) <= len(set(told)) + len(moved)

    @invariant()
    def a_request_to_reopen_waits_only_where_the_staff_can_answer_it(self) -> None:
        if hasattr(self, "petition") and self.petition.reopening_requested:
            assert self.petition.status in ENDED_STATES

    @invariant()
    def is_always_the_same_petition(self) -> None:
        if hasattr(self, "petition"):
            first = fold(self.history[:1])
            assert (self.petition.petition_id, self.petition.number) == (first.petition_id, first.number)
            assert (self.petition.subject_id, self.petition.filed_at) == (first.subject_id, first.filed_at)


TestPetitionMachine = PetitionMachine.TestCase
TestPetitionMachine.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)
