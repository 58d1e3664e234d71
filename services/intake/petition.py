"""A petition: what it is after its facts, and which facts a command makes of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from services.intake import commands
from services.intake.actor import Actor
from services.intake.refusals import (
    FieldRefused,
    NothingRequested,
    NotPermitted,
    ReasonRequired,
    RequestTooLate,
    TransitionNotAllowed,
)
from services.intake.transitions import TRANSITIONS
from shared.contracts import petition as facts
from shared.contracts.fact import Fact
from shared.contracts.petition_commands import CommandRule, reachable
from shared.contracts.petition_states import STATE_AFTER, Outcome, PetitionState
from shared.contracts.registry import fact_type


@dataclass(frozen=True, slots=True)
class Petition:
    """What decisions about a petition depend on. `before_merge` is set exactly while it is merged.

    `resolutions` counts its ends so far, resolved or rejected; `reopening_requested`: a request waits for the staff.
    """

    petition_id: UUID
    number: str
    authority: str
    service: str
    subject_id: UUID
    status: PetitionState
    category: str
    department: facts.DepartmentRef
    filed_at: datetime
    due_at: datetime
    officer: facts.Officer | None = None
    scheduled_for: datetime | None = None
    outcome: Outcome | None = None
    before_merge: PetitionState | None = None
    merged_into: UUID | None = None
    resolutions: int = 0
    reopening_requested: bool = False


class NotFiled(ValueError):
    """A petition's first fact is `petition.filed`."""


def evolve(state: Petition | None, fact: Fact) -> Petition:
    """The petition after a fact; facts that do not concern decisions leave it as it is. Raises NotFiled."""
    if isinstance(fact, facts.PetitionFiled):
        return _opened(fact)
    if state is None:
        raise NotFiled(fact.TYPE)
    return replace(state, **{"status": STATE_AFTER.get(fact.TYPE, state.status), **_changes(state, fact)})


def decide(command: commands.PetitionCommand, state: Petition, actor: Actor, now: datetime) -> list[Fact]:
    """The facts that a command makes.

    Raises NotPermitted, TransitionNotAllowed, ReasonRequired, FieldRefused, NothingRequested, RequestTooLate.
    """
    rule = TRANSITIONS[type(command)]
    if not rule.roles & actor.roles:
        raise NotPermitted(rule.name, rule.roles)
    if state.status not in rule.sources:
        raise TransitionNotAllowed(state.status, reachable(state.status, state.before_merge))
    _check_fields(command, rule, state, now)
    _check_request(command, rule, state)
    known = {"petition_id": state.petition_id, "number": state.number, "authority": state.authority}
    asked = {name: getattr(command, name) for name in type(command).model_fields}
    return [fact_type(rule.fact).model_validate({**known, **asked, **_remembered(command, state, actor)})]


def _check_fields(command: commands.PetitionCommand, rule: CommandRule, state: Petition, now: datetime) -> None:
    if rule.reason_required and not getattr(command, "reason", None):
        raise ReasonRequired(rule.name)
    match command:
        case commands.SchedulePetition(scheduled_for=when) if when <= now:
            raise FieldRefused("scheduled_for", "วันนัดดำเนินการต้องอยู่ในอนาคต")
        case commands.SetDueDate(due_at=when) if when <= now:
            raise FieldRefused("due_at", "วันครบกำหนดต้องอยู่ในอนาคต")
        case commands.MergePetition(into_petition_id=into) if into == state.petition_id:
            raise FieldRefused("into_number", "รวมคำร้องเข้ากับตัวเองไม่ได้")
        case commands.TransferPetition(department=department) if department.code == state.department.code:
            raise FieldRefused("department", "คำร้องอยู่กับหน่วยงานนี้แล้ว")
        case _:
            return


def _check_request(command: commands.PetitionCommand, rule: CommandRule, state: Petition) -> None:
    if rule.on_request and not state.reopening_requested:
        raise NothingRequested
    if isinstance(command, commands.RequestReopening) and (
        state.reopening_requested or command.resolution != state.resolutions
    ):
        raise RequestTooLate


def _remembered(command: commands.PetitionCommand, state: Petition, actor: Actor) -> Mapping[str, Any]:
    """What a fact tells beyond its command: what held before, the data subject, the receiving officer."""
    match command:
        case commands.AcceptPetition():
            return {"officer": facts.Officer(id=actor.id, name=actor.name)}
        case commands.TransferPetition():
            return {"previous_department": state.department}
        case commands.RecategorisePetition():
            return {"previous_category": state.category}
        case commands.SetDueDate():
            return {"previous_due_at": state.due_at}
        case commands.UnmergePetition():
            return {"restored_status": state.before_merge}
        case commands.AddNote() | commands.ProvideInformation() | commands.WithdrawPetition():
            return {"subject_id": state.subject_id}
        case _:
            return {}


def _opened(fact: facts.PetitionFiled) -> Petition:
    return Petition(
        petition_id=fact.petition_id,
        number=fact.number,
        authority=fact.authority,
        service=fact.service,
        subject_id=fact.subject_id,
        status=PetitionState.FILED,
        category=fact.category,
        department=fact.department,
        filed_at=fact.filed_at,
        due_at=fact.due_at,
    )


def _changes(state: Petition, fact: Fact) -> Mapping[str, Any]:
    match fact:
        case facts.PetitionAssigned(department=department, officer=officer):
            return {"department": department, "officer": officer}
        case facts.PetitionTransferred(department=department):
            return {"department": department, "officer": None}
        case facts.PetitionRecategorised(category=category, department=department):
            kept = state.officer if department.code == state.department.code else None
            return {"category": category, "department": department, "officer": kept}
        case facts.PetitionScheduled(scheduled_for=when):
            return {"scheduled_for": when}
        case facts.DueDateSet(due_at=when):
            return {"due_at": when}
        case facts.PetitionResolved(outcome=outcome):
            return {"outcome": outcome, "resolutions": state.resolutions + 1}
        case facts.PetitionRejected():
            return {"resolutions": state.resolutions + 1}
        case facts.PetitionReopened():
            return {"outcome": None, "reopening_requested": False}
        case facts.ReopeningRequested():
            return {"reopening_requested": True}
        case facts.ReopeningDeclined():
            return {"reopening_requested": False}
        case facts.PetitionMerged(into_petition_id=into):
            return {"before_merge": state.status, "merged_into": into}
        case facts.PetitionUnmerged(restored_status=status):
            return {"status": status, "before_merge": None, "merged_into": None}
        case _:
            return {}
