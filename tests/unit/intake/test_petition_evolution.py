"""A petition is the fold of its facts; a decided fact tells what held before."""

from __future__ import annotations

from functools import reduce
from typing import Any

import pytest

from services.intake import commands as c
from services.intake.deciding import decide
from services.intake.petition import NotFiled, Petition, evolve
from shared.contracts import petition as facts
from shared.contracts.document import DocumentRendered
from shared.contracts.fact import ERASED, Fact, personal_fields
from shared.contracts.petition_commands import ActorRole, available
from shared.contracts.petition_deadlines import DueDateSet
from shared.contracts.petition_states import Outcome, PetitionState
from shared.contracts.registry import FACTS
from tests.samples.petitions import (
    COMMANDS,
    HEALTH,
    KATHU,
    KNOWN,
    NOW,
    OFFICER,
    OTHER_ID,
    SUBJECT_ID,
    WORKS,
    actor,
    filed,
    moment_for,
    petition,
    petition_for,
)


def after(*names: str) -> tuple[Petition, Fact]:
    """Filed, then these commands by an administrator: the petition and the last fact."""
    state, fact = evolve(None, filed()), None
    for name in names:
        fact, *follows = decide(COMMANDS[name], state, actor(ActorRole.ADMIN), NOW, KATHU)
        state = reduce(evolve, follows, evolve(state, fact))
    assert fact is not None
    return state, fact


def test_the_first_fact_is_the_filing() -> None:
    with pytest.raises(NotFiled):
        evolve(None, facts.PetitionStarted.model_validate(KNOWN))


def test_a_filed_petition_waits() -> None:
    state = evolve(None, filed())
    assert (state.status, state.department, state.officer) == (PetitionState.FILED, WORKS, None)


def test_accepting_names_the_receiving_officer() -> None:
    _, fact = after("accept")
    assert isinstance(fact, facts.PetitionAccepted)
    assert fact.officer == OFFICER


def test_assigning_is_kept() -> None:
    state, _ = after("assign")
    assert (state.department, state.officer) == (WORKS, OFFICER)


def test_a_transfer_tells_both_departments_and_frees_the_officer() -> None:
    state, fact = after("assign", "transfer")
    assert isinstance(fact, facts.PetitionTransferred)
    assert (fact.previous_department, fact.department) == (WORKS, HEALTH)
    assert (state.department, state.officer) == (HEALTH, None)


@pytest.mark.parametrize(("department", "officer"), [(WORKS, OFFICER), (HEALTH, None)])
def test_another_category_keeps_the_officer_of_its_department(department: facts.DepartmentRef, officer: Any) -> None:
    state, _ = after("assign")
    command = c.RecategorisePetition(category="waste.bins", category_label="ขยะ : ถังขยะ", department=department)
    fact, *_ = decide(command, state, actor(ActorRole.CLERK), NOW, KATHU)
    assert isinstance(fact, facts.PetitionRecategorised)
    assert fact.previous_category == "roads.surface"
    moved = evolve(state, fact)
    assert (moved.category, moved.department, moved.officer) == ("waste.bins", department, officer)


def test_a_due_date_tells_the_one_before() -> None:
    state, fact = after("set-due-date")
    assert isinstance(fact, DueDateSet)
    assert fact.previous_due_at == filed().due_at
    assert state.due_at == fact.due_at


def test_a_schedule_is_kept() -> None:
    state, fact = after("accept", "start", "schedule")
    assert isinstance(fact, facts.PetitionScheduled)
    assert state.scheduled_for == fact.scheduled_for


def test_the_outcome_is_apart_from_the_state_and_ends_with_reopening() -> None:
    resolved, _ = after("accept", "resolve")
    reopened, _ = after("accept", "resolve", "close", "reopen")
    assert (resolved.outcome, reopened.outcome) == (Outcome.SOLVED, None)


def test_a_merged_petition_knows_where_it_went() -> None:
    state, _ = after("accept", "merge")
    assert (state.merged_into, state.before_merge) == (OTHER_ID, PetitionState.ACCEPTED)


@pytest.mark.parametrize("name", ["add-note", "provide-information", "withdraw"])
def test_facts_about_a_person_name_the_data_subject(name: str) -> None:
    _, fact = after(name)
    assert personal_fields(type(fact))
    assert getattr(fact, "subject_id", None) == SUBJECT_ID


def test_every_fact_with_personal_fields_has_a_data_subject() -> None:
    for kind in FACTS.values():
        assert not personal_fields(kind) or "subject_id" in kind.model_fields, kind.TYPE


def test_the_state_holds_nothing_personal() -> None:
    secrets = {"สมชาย", "ใจดี", "1101700207129", "812345678", "6D0M5BX", "หน้าบ้าน"}
    told = repr(petition(PetitionState.ACCEPTED))
    assert not [secret for secret in secrets if secret in told]


def test_a_fact_of_another_noun_leaves_the_petition_alone() -> None:
    state = petition(PetitionState.ACCEPTED)
    told = {"petition_id": state.petition_id, "number": state.number, "document": "form", "vault_key": "key", "size": 1}
    assert evolve(state, DocumentRendered.model_validate({**told, "sha256": "0" * 64})) == state


@pytest.mark.parametrize("kind", [facts.Petitioner, facts.Place, facts.Address])
def test_what_is_erased_reads_as_erased(kind: type[facts.PersonalValue]) -> None:
    erased = kind.model_validate(ERASED).model_dump()
    assert {str(value) for name, value in erased.items() if name != "address"} == {ERASED}


def test_a_filed_fact_can_be_read_after_erasure() -> None:
    data = filed().model_dump(mode="json") | dict.fromkeys(personal_fields(facts.PetitionFiled), ERASED)
    fact = facts.PetitionFiled.model_validate(data)
    assert (fact.petitioner.phone, fact.subject, fact.number) == (ERASED, ERASED, filed().number)
    assert evolve(None, fact) == evolve(None, filed())


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_facts_survive_json(name: str) -> None:
    state = next(petition_for(name, state) for state in PetitionState if name in available(state, ActorRole))
    fact, *_ = decide(COMMANDS[name], state, actor(*ActorRole), moment_for(name), KATHU)
    assert type(fact).model_validate_json(fact.model_dump_json()) == fact
