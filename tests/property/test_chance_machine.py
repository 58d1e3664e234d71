"""Whatever happens in whatever order: each resolution has at most one invitation and one answer, and none late."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.survey.chance import Chance, answered, fold, invitation
from services.survey.refusals import AnsweredBefore, NotEnded, ReopeningTooLate
from shared.contracts.petition_states import ENDED_STATES
from shared.contracts.survey import SurveyAnswered, SurveyInvited
from shared.kernel.thai import last_second
from tests.samples.petitions import NOW
from tests.samples.survey import CONTACT, POLICY, ended, told

DAYS = 14


class ChanceMachine(RuleBasedStateMachine):
    """A petition ends and is reopened; invitations are tried early, late and twice; the petitioner answers at will."""

    @initialize()
    def begin(self) -> None:
        self.now = NOW
        self.petition = ended(state="accepted", resolution=0, ended_at=None)
        self.streams: dict[int, list[SurveyInvited | SurveyAnswered]] = {}

    def chance(self, resolution: int) -> Chance:
        return fold(self.streams.get(resolution, []))

    @rule(state=st.sampled_from(["resolved", "rejected"]), later=st.integers(0, 400))
    def ends(self, state: str, later: int) -> None:
        self.now += timedelta(hours=later)
        if self.petition.state not in ENDED_STATES:
            resolution = self.petition.resolution + 1
            self.petition = replace(self.petition, state=state, resolution=resolution, ended_at=self.now)

    @rule()
    def is_reopened(self) -> None:
        if self.petition.state in ENDED_STATES:
            self.petition = replace(self.petition, state="reopened", ended_at=None)

    @rule()
    def is_closed(self) -> None:
        if self.petition.state in ENDED_STATES:
            self.petition = replace(self.petition, state="closed")

    @rule(data=st.data())
    def a_resolution_is_reacted_to(self, data: st.DataObject) -> None:
        """Any of those that have been, the last one or an earlier one, for the first time or again."""
        if self.petition.resolution:
            resolution = data.draw(st.integers(1, self.petition.resolution))
            fact = invitation(self.chance(resolution), self.petition, resolution, POLICY, CONTACT)
            if fact is not None:
                assert resolution == self.petition.resolution
                assert self.petition.state in ENDED_STATES
                self.streams.setdefault(resolution, []).append(fact)

    @rule(later=st.integers(0, 400), reopen=st.booleans())
    def the_petitioner_answers(self, later: int, reopen: bool) -> None:
        self.now += timedelta(hours=later)
        petition, chance = self.petition, self.chance(self.petition.resolution)
        answer = told(self.now, solved="no", reopen=reopen)
        try:
            fact = answered(chance, petition, answer, DAYS)
        except NotEnded:
            assert petition.state not in ENDED_STATES
        except AnsweredBefore:
            assert chance.answered
        except ReopeningTooLate:
            assert petition.ended_at is not None
            assert reopen
            assert self.now > last_second(petition.ended_at, DAYS)
        else:
            self.streams.setdefault(petition.resolution, []).append(fact)

    @invariant()
    def each_resolution_has_one_of_each_at_most(self) -> None:
        for resolution, facts in getattr(self, "streams", {}).items():
            kinds = [fact.TYPE for fact in facts]
            assert len(kinds) == len(set(kinds))
            assert {fact.resolution for fact in facts} == {resolution}
            assert kinds in (["survey.invited"], ["survey.answered"], ["survey.invited", "survey.answered"])


TestChanceMachine = ChanceMachine.TestCase
TestChanceMachine.settings = settings(max_examples=100, deadline=None)
