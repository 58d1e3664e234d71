"""Which facts a command makes of a petition. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.intake import commands
from services.intake.actor import Actor
from services.intake.deadlines import consequences, has_come, told_by_time
from services.intake.petition import Petition
from services.intake.refusals import (
    FieldRefused,
    NotDue,
    NothingRequested,
    NotPermitted,
    ReasonRequired,
    RequestTooLate,
    TransitionNotAllowed,
)
from services.intake.transitions import TRANSITIONS
from shared.contracts import petition as facts
from shared.contracts.authority import AuthorityConfigured
from shared.contracts.fact import Fact
from shared.contracts.petition_commands import CommandRule, reachable
from shared.contracts.registry import fact_type


def decide(
    command: commands.PetitionCommand, state: Petition, actor: Actor, now: datetime, profile: AuthorityConfigured
) -> list[Fact]:
    """The fact that a command makes, and after it those that follow by the authority's rules.

    Raises NotPermitted, TransitionNotAllowed, ReasonRequired, FieldRefused, NothingRequested, RequestTooLate, NotDue.
    """
    rule = TRANSITIONS[type(command)]
    if not rule.roles & actor.roles:
        raise NotPermitted(rule.name, rule.roles)
    if state.status not in rule.sources:
        raise TransitionNotAllowed(state.status, reachable(state.status, state.before_merge))
    _check_fields(command, rule, state, now)
    _check_request(command, rule, state)
    if not has_come(command, state, now, profile):
        raise NotDue
    known = {"petition_id": state.petition_id, "number": state.number, "authority": state.authority}
    asked = {name: getattr(command, name) for name in type(command).model_fields}
    remembered = {**_remembered(command, state, actor, now), **told_by_time(command, state, profile)}
    fact = fact_type(rule.fact).model_validate({**known, **asked, **remembered})
    return [fact, *consequences(state, fact, now, profile)]


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


def _remembered(command: commands.PetitionCommand, state: Petition, actor: Actor, now: datetime) -> Mapping[str, Any]:
    """What a fact tells beyond its command: what held before, the data subject, the receiving officer."""
    match command:
        case commands.AcceptPetition():
            return {"officer": facts.Officer(id=actor.id, name=actor.name)}
        case commands.TransferPetition():
            return {"previous_department": state.department}
        case commands.RecategorisePetition():
            return {"previous_category": state.category}
        case commands.SetDueDate():
            return {"previous_due_at": state.due_at, "counted_from": now}
        case commands.RequestInformation():
            return {"asked_at": now}
        case commands.UnmergePetition():
            return {"restored_status": state.before_merge}
        case commands.AddNote() | commands.ProvideInformation() | commands.WithdrawPetition():
            return {"subject_id": state.subject_id}
        case _:
            return {}
