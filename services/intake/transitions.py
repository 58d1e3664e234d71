"""What may be done with a petition, when, and by whom: one table that the decision, its callers and tests share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from services.intake import commands as c
from services.intake.actor import Role
from shared.contracts import petition as facts
from shared.contracts.fact import Fact
from shared.contracts.petition_states import (
    ENDED_STATES,
    OPEN_STATES,
    PETITIONERS_COMMANDS,
    STATE_AFTER,
    PetitionState,
)

S = PetitionState
_STAFF: Final = frozenset({Role.CLERK, Role.OFFICER, Role.HEAD, Role.ADMIN})
_WORK: Final = _STAFF - {Role.CLERK}
_DESK: Final = _STAFF - {Role.OFFICER}
_LEAD: Final = frozenset({Role.HEAD, Role.ADMIN})
_PETITIONER: Final = frozenset({Role.PETITIONER})
_SYSTEM: Final = frozenset({Role.SYSTEM})
_ENDED_BY_US: Final = frozenset({S.RESOLVED, S.REJECTED})


@dataclass(frozen=True, slots=True)
class Rule:
    """`name` is the command in the API; it makes `fact` in any of `sources` when one of `roles` asks."""

    name: str
    fact: type[Fact]
    sources: frozenset[PetitionState]
    roles: frozenset[Role]
    reason_required: bool = False

    @property
    def target(self) -> PetitionState | None:
        """The state it leads to; None when the state stays, or is the one before a merge."""
        return STATE_AFTER.get(self.fact.TYPE)


TRANSITIONS: Final[Mapping[type[c.PetitionCommand], Rule]] = MappingProxyType(
    {
        c.AcceptPetition: Rule("accept", facts.PetitionAccepted, frozenset({S.FILED, S.REOPENED}), _STAFF),
        c.RejectPetition: Rule(
            "reject",
            facts.PetitionRejected,
            OPEN_STATES - {S.SCHEDULED},
            _STAFF,
            reason_required=True,
        ),
        c.StartPetition: Rule(
            "start",
            facts.PetitionStarted,
            frozenset({S.ACCEPTED, S.SCHEDULED, S.WAITING_FOR_CITIZEN, S.FORWARDED, S.REOPENED}),
            _WORK,
        ),
        c.SchedulePetition: Rule("schedule", facts.PetitionScheduled, frozenset({S.IN_PROGRESS}), _WORK),
        c.RequestInformation: Rule(
            "request-information",
            facts.InformationRequested,
            frozenset({S.ACCEPTED, S.IN_PROGRESS, S.SCHEDULED}),
            _STAFF,
        ),
        c.ForwardPetition: Rule(
            "forward",
            facts.PetitionForwarded,
            frozenset({S.ACCEPTED, S.IN_PROGRESS}),
            _WORK,
            reason_required=True,
        ),
        c.ResolvePetition: Rule("resolve", facts.PetitionResolved, OPEN_STATES - {S.FILED}, _WORK),
        c.ClosePetition: Rule("close", facts.PetitionClosed, _ENDED_BY_US, _DESK | _SYSTEM),
        c.ReopenPetition: Rule(
            "reopen",
            facts.PetitionReopened,
            ENDED_STATES,
            _DESK | _SYSTEM,
            reason_required=True,
        ),
        c.RequestReopening: Rule("request-reopening", facts.ReopeningRequested, ENDED_STATES, _SYSTEM),
        c.DeclineReopening: Rule(
            "decline-reopening",
            facts.ReopeningDeclined,
            ENDED_STATES,
            _DESK | _SYSTEM,
            reason_required=True,
        ),
        c.WithdrawPetition: Rule(
            "withdraw",
            facts.PetitionWithdrawn,
            PETITIONERS_COMMANDS["withdraw"],
            _DESK | _PETITIONER,
        ),
        c.MergePetition: Rule(
            "merge",
            facts.PetitionMerged,
            frozenset({S.FILED, S.ACCEPTED, S.IN_PROGRESS}),
            _DESK,
        ),
        c.UnmergePetition: Rule(
            "unmerge",
            facts.PetitionUnmerged,
            frozenset({S.MERGED}),
            _DESK,
            reason_required=True,
        ),
        c.AssignPetition: Rule("assign", facts.PetitionAssigned, OPEN_STATES, _STAFF),
        c.TransferPetition: Rule(
            "transfer",
            facts.PetitionTransferred,
            OPEN_STATES,
            _STAFF,
            reason_required=True,
        ),
        c.RecategorisePetition: Rule("recategorise", facts.PetitionRecategorised, OPEN_STATES, _STAFF),
        c.SetDueDate: Rule("set-due-date", facts.DueDateSet, OPEN_STATES, _LEAD, reason_required=True),
        c.AddNote: Rule("add-note", facts.NoteAdded, frozenset(S), _STAFF),
        c.ProvideInformation: Rule(
            "provide-information",
            facts.InformationProvided,
            PETITIONERS_COMMANDS["provide-information"],
            _STAFF | _PETITIONER,
        ),
    }
)

COMMANDS: Final[Mapping[str, type[c.PetitionCommand]]] = MappingProxyType(
    {rule.name: command for command, rule in TRANSITIONS.items()}
)
"""The commands by their name in the API."""


def reachable(state: PetitionState, before_merge: PetitionState | None = None) -> tuple[PetitionState, ...]:
    """The states a petition may go to, in the order of `PetitionState`; a merged one only to where it was."""
    if state is S.MERGED:
        return (before_merge,) if before_merge else ()
    targets = {rule.target for rule in TRANSITIONS.values() if state in rule.sources}
    return tuple(each for each in S if each in targets)


def available(state: PetitionState, roles: Iterable[Role]) -> tuple[str, ...]:
    """The names of the commands that somebody with these roles may give in this state."""
    held = frozenset(roles)
    return tuple(rule.name for rule in TRANSITIONS.values() if state in rule.sources and rule.roles & held)
