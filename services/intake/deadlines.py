"""When the authority owes an answer, who is to be told, and what else follows from a fact by rule. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from services.intake import commands
from services.intake.catalogue import calendar_of, find_category
from services.intake.petition import DueStage, Petition, evolve
from services.intake.transitions import TRANSITIONS
from shared.contracts import petition as facts
from shared.contracts.authority import AuthorityConfigured
from shared.contracts.fact import Fact
from shared.contracts.petition_deadlines import DueDateSet
from shared.contracts.petition_states import STATE_AFTER, PetitionState

BY_TIME: Final[tuple[type[commands.PetitionCommand], ...]] = (
    commands.ExpireInformation,
    commands.RemindOfInformation,
    commands.DeclareOverdue,
    commands.EscalatePetition,
    commands.WarnOfDueDate,
)
"""What the system asks for when its time has come; of several the first."""


def has_come(command: commands.PetitionCommand, state: Petition, now: datetime, profile: AuthorityConfigured) -> bool:
    """Whether the time of a command `BY_TIME` has come, and nobody was told before. True for all other commands."""
    calendar, settings = calendar_of(profile), profile.settings.deadlines
    match command:
        case commands.WarnOfDueDate():
            near = calendar.before(state.due_at, settings.warn_days) <= now <= state.due_at
            return near and _runs(state) and state.told is DueStage.NOTHING
        case commands.DeclareOverdue():
            return now > state.due_at and _runs(state) and state.told < DueStage.OVERDUE
        case commands.EscalatePetition():
            late = now > calendar.after(state.due_at, settings.escalate_days)
            return late and _runs(state) and state.told is DueStage.OVERDUE
        case commands.RemindOfInformation():
            return not state.reminded and _asked_for(state, settings.remind_after_days, now)
        case commands.ExpireInformation():
            return _asked_for(state, settings.expire_after_days, now)
        case _:
            return True


def due_command(state: Petition, now: datetime, profile: AuthorityConfigured) -> commands.PetitionCommand | None:
    """What the system has to ask for now; None when no time has come."""
    asked = (kind() for kind in BY_TIME if state.status in TRANSITIONS[kind].sources)
    return next((command for command in asked if has_come(command, state, now, profile)), None)


def told_by_time(command: commands.PetitionCommand, state: Petition, profile: AuthorityConfigured) -> Mapping[str, Any]:
    """What the fact of a command `BY_TIME` tells."""
    match command:
        case commands.WarnOfDueDate() | commands.DeclareOverdue():
            return {"due_at": state.due_at}
        case commands.EscalatePetition():
            return {"due_at": state.due_at, "department": state.department, "officer": state.officer}
        case commands.RemindOfInformation():
            assert state.asked_at is not None
            expires_at = state.asked_at + timedelta(days=profile.settings.deadlines.expire_after_days)
            return {"question": state.question, "asked_at": state.asked_at, "expires_at": expires_at}
        case commands.ExpireInformation():
            return {"asked_at": state.asked_at}
        case _:
            return {}


def consequences(state: Petition, fact: Fact, now: datetime, profile: AuthorityConfigured) -> Iterator[Fact]:
    """What follows by rule from a fact that is decided on `state`: the officer of the category, another due date."""
    match fact:
        case facts.PetitionAccepted():
            yield from _routed(state, profile)
        case facts.PetitionRecategorised():
            yield from _due_by_category(state, fact.category, now, profile)
            if state.status is not PetitionState.FILED:
                yield from _routed(evolve(state, fact), profile)
        case facts.PetitionReopened():
            yield from _due_again(state, now, profile)
        case _ if state.paused_since and _ends_waiting(fact):
            yield from _due_after_waiting(state, now, profile)
        case _:
            return


def _runs(state: Petition) -> bool:
    return state.paused_since is None


def _asked_for(state: Petition, days: int, now: datetime) -> bool:
    return state.asked_at is not None and now >= state.asked_at + timedelta(days=days)


def _ends_waiting(fact: Fact) -> bool:
    if isinstance(fact, facts.PetitionWithdrawn):
        return False
    return isinstance(fact, facts.InformationProvided) or STATE_AFTER.get(fact.TYPE) is not None


def _routed(state: Petition, profile: AuthorityConfigured) -> Iterator[Fact]:
    """The officer of the category gets the petition, unless somebody has it or it is another department's by now."""
    found = find_category(profile, state.category)
    if found is None or found[1].officer is None or state.officer is not None:
        return
    if found[1].department == state.department.code:
        yield facts.PetitionAssigned(**_known(state), department=state.department, officer=found[1].officer)


def _due_by_category(state: Petition, category: str, now: datetime, profile: AuthorityConfigured) -> Iterator[Fact]:
    """Counted as if it had been in the category from the start, but never sooner than the next working day."""
    found = find_category(profile, category)
    if found is None or state.due_by_hand:
        return
    calendar = calendar_of(profile)
    counted = calendar.after(state.counted_from, found[1].due_days + state.paused_days)
    due_at = max(counted, calendar.after(now, 1))
    if due_at != state.due_at:
        yield _due_date_set(state, due_at, "category", f"เปลี่ยนประเภทเรื่องเป็น “{found[1].name}”")


def _due_again(state: Petition, now: datetime, profile: AuthorityConfigured) -> Iterator[Fact]:
    """The category's days from now on, unless there is more time left."""
    found = find_category(profile, state.category)
    if found is None:
        return
    due_at = calendar_of(profile).after(now, found[1].due_days)
    if due_at > state.due_at:
        more = {"working_days": found[1].due_days, "counted_from": now}
        yield _due_date_set(state, due_at, "reopened", "เปิดเรื่องอีกครั้ง จึงนับเวลาใหม่", **more)


def _due_after_waiting(state: Petition, now: datetime, profile: AuthorityConfigured) -> Iterator[Fact]:
    """Later by the working days that the petitioner was waited for."""
    assert state.paused_since is not None
    calendar = calendar_of(profile)
    days = calendar.between(state.paused_since, now)
    if days:
        reason = f"ขยายเวลาเท่ากับที่รอข้อมูลจากผู้ร้อง {days} วันทำการ"
        due_at = calendar.after(state.due_at, days)
        yield _due_date_set(state, due_at, "waiting", reason, working_days=days, counted_from=state.paused_since)


def _due_date_set(
    state: Petition, due_at: datetime, cause: Literal["waiting", "category", "reopened"], reason: str, **more: Any
) -> Fact:
    told = {"previous_due_at": state.due_at, "due_at": due_at, "cause": cause, "reason": reason}
    return DueDateSet.model_validate({**_known(state), **told, **more})


def _known(state: Petition) -> dict[str, Any]:
    return {"petition_id": state.petition_id, "number": state.number, "authority": state.authority}
