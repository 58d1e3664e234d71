"""A petition: what it is after its facts. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from shared.contracts import petition as facts
from shared.contracts import petition_deadlines as deadlines
from shared.contracts.fact import Fact
from shared.contracts.ownership import PetitionClaimed, PetitionErased, PetitionRetained
from shared.contracts.petition_states import STATE_AFTER, Outcome, PetitionState


class DueStage(IntEnum):
    """What was told about the present due date."""

    NOTHING = 0
    SOON = 1
    OVERDUE = 2
    ESCALATED = 3


@dataclass(frozen=True, slots=True)
class Petition:
    """What decisions about a petition depend on. `before_merge` is set exactly while it is merged; `merged_into` also
    when it has ended with that one, as its `main_resolution`-th end, until it is reopened.

    `resolutions` counts its ends so far, resolved or rejected, the last with `answer` for the citizen; the last
    reopening was for `reopened_for`;
    `reopening_requested`: a request waits for the staff. `due_at` was counted from `counted_from`, without the
    `paused_days` (working days) on which the petitioner was waited for, unless it was set `due_by_hand`. While a
    `question` is open the time stands still since `paused_since`.
    `member_id`: whose it is, if a member's; `retained`: kept though that member was erased; `erased`: not any more.
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
    counted_from: datetime
    officer: facts.Officer | None = None
    scheduled_for: datetime | None = None
    outcome: Outcome | None = None
    answer: str | None = None
    before_merge: PetitionState | None = None
    merged_into: UUID | None = None
    main_resolution: int | None = None
    resolutions: int = 0
    reopened_for: str | None = None
    reopening_requested: bool = False
    due_by_hand: bool = False
    told: DueStage = DueStage.NOTHING
    question: str | None = None
    asked_at: datetime | None = None
    reminded: bool = False
    paused_since: datetime | None = None
    paused_days: int = 0
    member_id: UUID | None = None
    retained: bool = False
    erased: bool = False


_NOTHING_ASKED: Final[Mapping[str, Any]] = MappingProxyType(
    {"question": None, "asked_at": None, "reminded": False, "paused_since": None}
)


class NotFiled(ValueError):
    """A petition's first fact is `petition.filed`."""


def evolve(state: Petition | None, fact: Fact) -> Petition:
    """The petition after a fact; facts that do not concern decisions leave it as it is. Raises NotFiled."""
    if isinstance(fact, facts.PetitionFiled):
        return _opened(fact)
    if state is None:
        raise NotFiled(fact.TYPE)
    changed = {"status": STATE_AFTER.get(fact.TYPE, state.status), **_changes(state, fact)}
    if changed["status"] is not PetitionState.WAITING_FOR_CITIZEN:
        changed |= _NOTHING_ASKED
    return replace(state, **changed)


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
        counted_from=fact.filed_at,
        member_id=fact.member_id,
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
        case deadlines.DueDateSet():
            return _due_date(state, fact)
        case deadlines.DueSoon():
            return {"told": DueStage.SOON}
        case deadlines.PetitionOverdue():
            return {"told": DueStage.OVERDUE}
        case deadlines.PetitionEscalated():
            return {"told": DueStage.ESCALATED}
        case facts.PetitionResolved() | facts.PetitionRejected():
            return _ended(state, fact)
        case _:
            return _talked(state, fact)


def _talked(state: Petition, fact: Fact) -> Mapping[str, Any]:
    """What changes by what petitioner and authority say to each other, and by a merge."""
    match fact:
        case facts.InformationRequested(question=question, asked_at=at):
            return {"question": question, "asked_at": at, "reminded": False, "paused_since": at}
        case deadlines.InformationReminded():
            return {"reminded": True}
        case facts.InformationProvided():
            return _NOTHING_ASKED
        case facts.PetitionReopened(reason=reason):
            by_itself = {"merged_into": None, "main_resolution": None, "reopening_requested": False}
            return {**by_itself, "outcome": None, "answer": None, "reopened_for": reason}
        case facts.ReopeningRequested():
            return {"reopening_requested": True}
        case facts.ReopeningDeclined():
            return {"reopening_requested": False}
        case facts.PetitionMerged(into_petition_id=into):
            return {"before_merge": state.status, "merged_into": into}
        case PetitionClaimed(member_id=member_id):
            return {"member_id": member_id}
        case PetitionRetained():
            return {"retained": True}
        case PetitionErased():
            return {"erased": True}
        case facts.PetitionUnmerged(restored_status=status):
            return {"status": status, "before_merge": None, "merged_into": None}
        case _:
            return {}


def _ended(state: Petition, fact: facts.PetitionResolved | facts.PetitionRejected) -> Mapping[str, Any]:
    once_more = {"resolutions": state.resolutions + 1, "before_merge": None, "main_resolution": fact.main_resolution}
    if isinstance(fact, facts.PetitionResolved):
        return {**once_more, "outcome": fact.outcome, "answer": fact.public_note}
    return {**once_more, "outcome": None, "answer": fact.reason}


def _due_date(state: Petition, fact: deadlines.DueDateSet) -> Mapping[str, Any]:
    told = state.told if fact.due_at == state.due_at else DueStage.NOTHING
    changed: dict[str, Any] = {"due_at": fact.due_at, "told": told}
    match fact.cause:
        case "staff":
            since = fact.counted_from if state.paused_since else None
            return {**changed, "due_by_hand": True, "paused_since": since or state.paused_since}
        case "waiting":
            return {**changed, "paused_days": state.paused_days + (fact.working_days or 0)}
        case "reopened":
            from_now = {"counted_from": fact.counted_from or state.counted_from, "paused_days": 0}
            return {**changed, **from_now, "due_by_hand": False}
        case "category":
            return changed
