"""Every command in every state by every role: against the one table, and against a copy of the architecture's."""

from __future__ import annotations

from itertools import product

import pytest

from services.intake.commands import RequestReopening
from services.intake.deciding import decide
from services.intake.petition import evolve
from services.intake.refusals import (
    FieldRefused,
    NothingRequested,
    NotPermitted,
    ReasonRequired,
    RequestTooLate,
    TransitionNotAllowed,
)
from services.intake.transitions import COMMANDS as BY_NAME
from services.intake.transitions import TRANSITIONS
from shared.contracts.petition import PetitionUnmerged
from shared.contracts.petition_commands import PETITIONERS_COMMANDS, ActorRole, available, reachable
from shared.contracts.petition_states import STATE_AFTER, STATE_LABELS, PetitionState
from shared.contracts.registry import FACTS
from tests.samples.petitions import COMMANDS, KATHU, NOW, OTHER_ID, actor, moment_for, petition, petition_for

MAY_GO_TO = {
    "filed": "accepted, rejected, withdrawn, merged",
    "accepted": "in_progress, waiting_for_citizen, forwarded, resolved, rejected, withdrawn, merged",
    "in_progress": "waiting_for_citizen, forwarded, scheduled, resolved, rejected, withdrawn, merged",
    "scheduled": "in_progress, waiting_for_citizen, resolved, withdrawn",
    "waiting_for_citizen": "in_progress, resolved, rejected, withdrawn",
    "forwarded": "in_progress, resolved, rejected, withdrawn",
    "resolved": "closed, reopened",
    "rejected": "closed, reopened",
    "closed": "reopened",
    "reopened": "accepted, in_progress, resolved, rejected",
    "withdrawn": "",
}
LABELS = {
    "filed": "รอรับเรื่อง",
    "accepted": "รับเรื่องแล้ว",
    "in_progress": "กำลังดำเนินการ",
    "scheduled": "มีกำหนดดำเนินการ",
    "waiting_for_citizen": "รอข้อมูลจากผู้ร้อง",
    "forwarded": "ส่งต่อหน่วยงานอื่น",
    "resolved": "ดำเนินการเสร็จสิ้น",
    "rejected": "ไม่รับเรื่อง / ไม่อยู่ในอำนาจหน้าที่",
    "closed": "ปิดเรื่อง",
    "reopened": "เปิดเรื่องอีกครั้ง",
    "withdrawn": "ผู้ร้องถอนเรื่อง",
    "merged": "รวมกับเรื่องเดิม",
}
LEAVES_THE_STATE = {
    *("assign", "transfer", "recategorise", "set-due-date", "add-note", "provide-information"),
    *("request-reopening", "decline-reopening"),
    *("warn-of-due-date", "declare-overdue", "escalate", "remind-of-information"),
}
API = {
    *("accept", "assign", "transfer", "recategorise", "start", "schedule", "request-information", "forward"),
    *(
        "add-note",
        "set-due-date",
        "resolve",
        "reject",
        "close",
        "reopen",
        "request-reopening",
        "decline-reopening",
        "merge",
        "unmerge",
        "withdraw",
        "provide-information",
    ),
    *("resolve-with-main", "reject-with-main", "merge-again", "warn-of-due-date", "declare-overdue", "escalate"),
    *("remind-of-information", "expire-information"),
}
COMPLETED = {
    "merge": {"into_petition_id"},
    "merge-again": {"into_petition_id"},
    "recategorise": {"category_label", "department"},
}
"""What the gateway adds to a body."""
NEEDS_A_REASON = {
    "reject",
    "reject-with-main",
    "transfer",
    "forward",
    "set-due-date",
    "reopen",
    "decline-reopening",
    "unmerge",
}


def outcome(name: str, state: PetitionState, role: ActorRole) -> str:
    """What became of a right command: the state afterwards, or the refusal's name."""
    before = petition_for(name, state)
    try:
        fact, *_ = decide(COMMANDS[name], before, actor(role), moment_for(name), KATHU)
    except (NotPermitted, TransitionNotAllowed) as refused:
        return type(refused).__name__
    return evolve(before, fact).status


def tabled(name: str, state: PetitionState, role: ActorRole) -> str:
    """What the table says of it."""
    rule = TRANSITIONS[BY_NAME[name]]
    if role not in rule.roles:
        return "NotPermitted"
    if state not in rule.sources:
        return "TransitionNotAllowed"
    return rule.target or (petition(state).before_merge if name == "unmerge" else None) or state


@pytest.mark.parametrize(("name", "role"), list(product(sorted(API), ActorRole)))
def test_one_table_drives_the_decision(name: str, role: ActorRole) -> None:
    expected = {state: tabled(name, state, role) for state in PetitionState}
    assert {state: outcome(name, state, role) for state in PetitionState} == expected


@pytest.mark.parametrize("state", PetitionState)
def test_the_table_is_the_architectures(state: PetitionState) -> None:
    allowed = {each.strip() for each in MAY_GO_TO.get(state, "accepted").split(",")} - {""}
    reached = {outcome(name, state, ActorRole.ADMIN) for name in API - LEAVES_THE_STATE}
    reached -= {"TransitionNotAllowed", "NotPermitted"}
    assert reached == allowed


@pytest.mark.parametrize("state", PetitionState)
def test_what_leaves_the_state_leaves_it(state: PetitionState) -> None:
    after = {outcome(name, state, ActorRole.ADMIN) for name in LEAVES_THE_STATE}
    assert after <= {state, "TransitionNotAllowed", "NotPermitted"}


def test_the_commands_are_those_of_the_api() -> None:
    assert set(BY_NAME) == API == set(COMMANDS)


def test_the_labels_are_those_of_the_architecture() -> None:
    assert {str(state): label for state, label in STATE_LABELS.items()} == LABELS


def test_reasons_are_required_where_the_table_says_so() -> None:
    assert {rule.name for rule in TRANSITIONS.values() if rule.reason_required} == NEEDS_A_REASON


@pytest.mark.parametrize("name", sorted(NEEDS_A_REASON))
@pytest.mark.parametrize("reason", [None, "", " \u200b "])
def test_no_reason_is_refused(name: str, reason: str | None) -> None:
    kind, rule = BY_NAME[name], TRANSITIONS[BY_NAME[name]]
    command = kind.model_validate({**COMMANDS[name].model_dump(), "reason": reason})
    with pytest.raises(ReasonRequired) as refused:
        decide(command, petition_for(name, min(rule.sources)), actor(*ActorRole), NOW, KATHU)
    assert (refused.value.field, refused.value.command) == ("reason", name)


@pytest.mark.parametrize("before", ["filed", "accepted", "in_progress"])
def test_a_merge_is_reversible(before: str) -> None:
    state = petition(PetitionState(before))
    (merged,) = decide(COMMANDS["merge"], state, actor(ActorRole.CLERK), NOW, KATHU)
    (unmerged,) = decide(COMMANDS["unmerge"], evolve(state, merged), actor(ActorRole.CLERK), NOW, KATHU)
    assert isinstance(unmerged, PetitionUnmerged)
    assert unmerged.restored_status == before
    assert evolve(evolve(state, merged), unmerged) == state


def test_a_refused_transition_names_the_states_that_are_allowed() -> None:
    with pytest.raises(TransitionNotAllowed) as refused:
        decide(COMMANDS["start"], petition(PetitionState.RESOLVED), actor(ActorRole.OFFICER), NOW, KATHU)
    assert refused.value.allowed == (PetitionState.CLOSED, PetitionState.REOPENED)
    assert "ปิดเรื่อง, เปิดเรื่องอีกครั้ง" in str(refused.value)


def test_a_refused_transition_of_a_merged_petition_names_where_it_was() -> None:
    with pytest.raises(TransitionNotAllowed) as refused:
        decide(COMMANDS["start"], petition(PetitionState.MERGED), actor(ActorRole.OFFICER), NOW, KATHU)
    assert refused.value.allowed == (PetitionState.ACCEPTED,)
    assert reachable(PetitionState.MERGED) == ()


def test_permission_is_asked_before_anything_is_told_about_the_state() -> None:
    with pytest.raises(NotPermitted) as refused:
        decide(COMMANDS["set-due-date"], petition(PetitionState.WITHDRAWN), actor(ActorRole.CLERK), NOW, KATHU)
    assert refused.value.roles == (ActorRole.HEAD, ActorRole.ADMIN)


def test_one_of_several_roles_is_enough() -> None:
    assert decide(
        COMMANDS["start"], petition(PetitionState.ACCEPTED), actor(ActorRole.CLERK, ActorRole.OFFICER), NOW, KATHU
    )


@pytest.mark.parametrize(("state", "role"), list(product(PetitionState, ActorRole)))
def test_available_commands_are_those_that_pass(state: PetitionState, role: ActorRole) -> None:
    passing = {name for name in API if outcome(name, state, role) not in {"NotPermitted", "TransitionNotAllowed"}}
    assert set(available(state, [role])) == passing


def test_petitioners_may_withdraw_and_add_information_only() -> None:
    assert {name for state in PetitionState for name in available(state, [ActorRole.PETITIONER])} == {
        "withdraw",
        "provide-information",
    }


@pytest.mark.parametrize("role", [ActorRole.EXECUTIVE, ActorRole.AUDITOR, ActorRole.MEMBER])
def test_who_only_looks_may_do_nothing(role: ActorRole) -> None:
    assert {name for state in PetitionState for name in available(state, [role])} == set()


@pytest.mark.parametrize("state", PetitionState)
def test_declining_is_offered_only_while_a_request_waits(state: PetitionState) -> None:
    always = set(available(state, ActorRole, requested=False))
    assert set(available(state, ActorRole)) - always <= {"decline-reopening"}
    assert "decline-reopening" not in always


@pytest.mark.parametrize("name", sorted(API))
def test_the_fields_in_the_table_are_those_of_the_command(name: str) -> None:
    rule, completed = TRANSITIONS[BY_NAME[name]], COMPLETED.get(name, set())
    fields = BY_NAME[name].model_fields
    assert set(rule.fields) == set(fields) - completed
    needed = {field for field, told in fields.items() if told.is_required()} - completed
    assert needed <= set(rule.required) <= needed | {"reason"}


def test_others_are_told_the_same_of_what_petitioners_may_do() -> None:
    told = {
        state: {name for name, sources in PETITIONERS_COMMANDS.items() if state in sources} for state in PetitionState
    }
    assert told == {state: set(available(state, [ActorRole.PETITIONER])) for state in PetitionState}


@pytest.mark.parametrize(
    ("name", "changed", "field"),
    [
        ("schedule", {"scheduled_for": NOW}, "scheduled_for"),
        ("set-due-date", {"due_at": NOW}, "due_at"),
        ("merge", {"into_petition_id": petition(PetitionState.FILED).petition_id}, "into_number"),
        ("transfer", {"department": petition(PetitionState.FILED).department}, "department"),
    ],
)
def test_fields_that_cannot_stand_are_refused(name: str, changed: dict[str, object], field: str) -> None:
    state = petition(PetitionState.IN_PROGRESS)
    with pytest.raises(FieldRefused) as refused:
        decide(COMMANDS[name].model_copy(update=changed), state, actor(ActorRole.ADMIN), NOW, KATHU)
    assert refused.value.field == field


ENDED = ("resolved", "rejected", "closed")


@pytest.mark.parametrize("state", ENDED)
def test_a_request_to_reopen_waits_for_the_staff_once(state: str) -> None:
    asked = petition_for("decline-reopening", PetitionState(state))
    assert (asked.reopening_requested, asked.status) == (True, state)
    with pytest.raises(RequestTooLate):
        decide(COMMANDS["request-reopening"], asked, actor(ActorRole.SYSTEM), NOW, KATHU)


@pytest.mark.parametrize("name", ["reopen", "decline-reopening"])
def test_staff_answer_a_request_by_reopening_or_by_declining(name: str) -> None:
    asked = petition_for("decline-reopening", PetitionState.RESOLVED)
    answer, *_ = decide(COMMANDS[name], asked, actor(ActorRole.CLERK), NOW, KATHU)
    assert not evolve(asked, answer).reopening_requested


@pytest.mark.parametrize("state", ENDED)
def test_what_nobody_asked_for_cannot_be_declined(state: str) -> None:
    with pytest.raises(NothingRequested):
        decide(COMMANDS["decline-reopening"], petition(PetitionState(state)), actor(ActorRole.HEAD), NOW, KATHU)


@pytest.mark.parametrize("resolution", [0, 2])
def test_a_request_is_about_the_last_resolution(resolution: int) -> None:
    command = RequestReopening(answer_id=OTHER_ID, resolution=resolution)
    with pytest.raises(RequestTooLate):
        decide(command, petition(PetitionState.RESOLVED), actor(ActorRole.SYSTEM), NOW, KATHU)


WITHOUT_A_COMMAND = {"petition.filed", "petition.claimed", "petition.retained", "petition.erased"}
"""Facts about a petition that no command on it makes."""


def test_states_and_facts_name_each_other() -> None:
    assert set(STATE_AFTER.values()) == set(PetitionState)
    assert set(STATE_AFTER) <= set(FACTS)
    made = {rule.fact for rule in TRANSITIONS.values()} | WITHOUT_A_COMMAND
    assert made == {name for name in FACTS if name.startswith("petition.")}
