"""What may be done with a petition, when, by whom and with which fields: one table for whoever decides or shows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from shared.contracts.petition_states import ENDED_STATES, OPEN_STATES, STATE_AFTER, PetitionState


class ActorRole(StrEnum):
    """What somebody is towards a petition of an authority. A member is a citizen whose petition it is not."""

    CLERK = "clerk"
    OFFICER = "officer"
    HEAD = "head"
    ADMIN = "admin"
    EXECUTIVE = "executive"
    AUDITOR = "auditor"
    MEMBER = "member"
    PETITIONER = "petitioner"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class CommandRule:
    """`name` is the command in the API; it makes `fact` in any of `sources` when one of `roles` asks.

    `required` and `optional` are the fields of its body. `on_request`: only while a request to reopen waits.
    """

    name: str
    fact: str
    sources: frozenset[PetitionState]
    roles: frozenset[ActorRole]
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    on_request: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of its body, those that are required first."""
        return self.required + self.optional

    @property
    def reason_required(self) -> bool:
        """Whether nobody may ask for it without a reason."""
        return "reason" in self.required

    @property
    def target(self) -> PetitionState | None:
        """The state it leads to; None when the state stays, or is the one before a merge."""
        return STATE_AFTER.get(self.fact)


_S = PetitionState
_STAFF: Final = frozenset({ActorRole.CLERK, ActorRole.OFFICER, ActorRole.HEAD, ActorRole.ADMIN})
_WORK: Final = _STAFF - {ActorRole.CLERK}
_DESK: Final = _STAFF - {ActorRole.OFFICER}
_LEAD: Final = frozenset({ActorRole.HEAD, ActorRole.ADMIN})
_PETITIONER: Final = frozenset({ActorRole.PETITIONER})
_SYSTEM: Final = frozenset({ActorRole.SYSTEM})
_MERGED: Final = frozenset({_S.MERGED})
_WAITING: Final = frozenset({_S.WAITING_FOR_CITIZEN})
_ENDED_BY_US: Final = frozenset({_S.RESOLVED, _S.REJECTED})
_RULES: Final = (
    CommandRule("accept", "petition.accepted", frozenset({_S.FILED, _S.REOPENED}), _STAFF, optional=("public_note",)),
    CommandRule("reject", "petition.rejected", OPEN_STATES - {_S.SCHEDULED}, _STAFF, required=("reason",)),
    CommandRule(
        "start",
        "petition.started",
        frozenset({_S.ACCEPTED, _S.SCHEDULED, _S.WAITING_FOR_CITIZEN, _S.FORWARDED, _S.REOPENED}),
        _WORK,
        optional=("public_note",),
    ),
    CommandRule(
        "schedule",
        "petition.scheduled",
        frozenset({_S.IN_PROGRESS}),
        _WORK,
        required=("scheduled_for",),
        optional=("public_note",),
    ),
    CommandRule(
        "request-information",
        "petition.information_requested",
        frozenset({_S.ACCEPTED, _S.IN_PROGRESS, _S.SCHEDULED}),
        _STAFF,
        required=("question",),
    ),
    CommandRule(
        "forward",
        "petition.forwarded",
        frozenset({_S.ACCEPTED, _S.IN_PROGRESS}),
        _WORK,
        required=("agency", "reason"),
    ),
    CommandRule(
        "resolve",
        "petition.resolved",
        OPEN_STATES - {_S.FILED},
        _WORK,
        required=("outcome", "public_note"),
        optional=("uploads",),
    ),
    CommandRule(
        "resolve-with-main",
        "petition.resolved",
        _MERGED,
        _SYSTEM,
        required=("outcome", "public_note", "main_resolution"),
    ),
    CommandRule("reject-with-main", "petition.rejected", _MERGED, _SYSTEM, required=("reason", "main_resolution")),
    CommandRule("close", "petition.closed", _ENDED_BY_US, _DESK | _SYSTEM, optional=("public_note",)),
    CommandRule("reopen", "petition.reopened", ENDED_STATES, _DESK | _SYSTEM, required=("reason",)),
    CommandRule(
        "request-reopening",
        "petition.reopening_requested",
        ENDED_STATES,
        _SYSTEM,
        required=("answer_id", "resolution"),
    ),
    CommandRule(
        "decline-reopening",
        "petition.reopening_declined",
        ENDED_STATES,
        _DESK | _SYSTEM,
        required=("reason",),
        on_request=True,
    ),
    CommandRule(
        "withdraw",
        "petition.withdrawn",
        OPEN_STATES - {_S.REOPENED},
        _DESK | _PETITIONER,
        optional=("reason",),
    ),
    CommandRule(
        "merge",
        "petition.merged",
        frozenset({_S.FILED, _S.ACCEPTED, _S.IN_PROGRESS}),
        _DESK,
        required=("into_number",),
    ),
    CommandRule("merge-again", "petition.merged", frozenset({_S.REOPENED}), _SYSTEM, required=("into_number",)),
    CommandRule("unmerge", "petition.unmerged", _MERGED, _DESK | _SYSTEM, required=("reason",)),
    CommandRule("assign", "petition.assigned", OPEN_STATES, _STAFF, required=("department",), optional=("officer",)),
    CommandRule("transfer", "petition.transferred", OPEN_STATES, _STAFF, required=("department", "reason")),
    CommandRule("recategorise", "petition.recategorised", OPEN_STATES, _STAFF, required=("category",)),
    CommandRule("set-due-date", "petition.due_date_set", OPEN_STATES, _LEAD, required=("due_at", "reason")),
    CommandRule(
        "add-note",
        "petition.note_added",
        frozenset(_S),
        _STAFF,
        required=("text",),
        optional=("visibility", "uploads"),
    ),
    CommandRule(
        "provide-information",
        "petition.information_provided",
        OPEN_STATES,
        _STAFF | _PETITIONER,
        required=("text",),
        optional=("uploads",),
    ),
    CommandRule("warn-of-due-date", "petition.due_soon", OPEN_STATES, _SYSTEM),
    CommandRule("declare-overdue", "petition.overdue", OPEN_STATES, _SYSTEM),
    CommandRule("escalate", "petition.escalated", OPEN_STATES, _SYSTEM),
    CommandRule("remind-of-information", "petition.information_reminded", _WAITING, _SYSTEM),
    CommandRule("expire-information", "petition.information_expired", _WAITING, _SYSTEM),
)

COMMANDS: Final[Mapping[str, CommandRule]] = MappingProxyType({rule.name: rule for rule in _RULES})
"""The commands by their name in the API, in the order in which they are offered."""

PETITIONERS_COMMANDS: Final[Mapping[str, frozenset[PetitionState]]] = MappingProxyType(
    {rule.name: rule.sources for rule in _RULES if ActorRole.PETITIONER in rule.roles}
)
"""What the petitioner may ask of intake, and in which states."""


def reachable(state: PetitionState, before_merge: PetitionState | None = None) -> tuple[PetitionState, ...]:
    """The states a petition may go to, in the order of `PetitionState`; a merged one only to where it was.

    What the system alone does, when the one it was merged into ends or is reopened, is nobody's choice.
    """
    if state is PetitionState.MERGED:
        return (before_merge,) if before_merge else ()
    targets = {rule.target for rule in _RULES if state in rule.sources and rule.roles != _SYSTEM}
    return tuple(each for each in PetitionState if each in targets)


def available(state: PetitionState, roles: Iterable[ActorRole], *, requested: bool = True) -> tuple[str, ...]:
    """The names of the commands that somebody with these roles may give in this state.

    `requested`: whether a request to reopen waits for an answer.
    """
    held = frozenset(roles)
    return tuple(
        rule.name
        for rule in _RULES
        if state in rule.sources and rule.roles & held and (requested or not rule.on_request)
    )
