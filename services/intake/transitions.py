"""The commands of the API bound to what is asked: the rules stand in `shared.contracts.petition_commands`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from services.intake import commands as c
from shared.contracts import petition_commands
from shared.contracts.petition_commands import CommandRule

COMMANDS: Final[Mapping[str, type[c.PetitionCommand]]] = MappingProxyType(
    {
        "accept": c.AcceptPetition,
        "reject": c.RejectPetition,
        "start": c.StartPetition,
        "schedule": c.SchedulePetition,
        "request-information": c.RequestInformation,
        "forward": c.ForwardPetition,
        "resolve": c.ResolvePetition,
        "resolve-with-main": c.ResolveWithMain,
        "reject-with-main": c.RejectWithMain,
        "close": c.ClosePetition,
        "reopen": c.ReopenPetition,
        "request-reopening": c.RequestReopening,
        "decline-reopening": c.DeclineReopening,
        "withdraw": c.WithdrawPetition,
        "merge": c.MergePetition,
        "merge-again": c.MergeAgain,
        "unmerge": c.UnmergePetition,
        "assign": c.AssignPetition,
        "transfer": c.TransferPetition,
        "recategorise": c.RecategorisePetition,
        "set-due-date": c.SetDueDate,
        "add-note": c.AddNote,
        "provide-information": c.ProvideInformation,
        "warn-of-due-date": c.WarnOfDueDate,
        "declare-overdue": c.DeclareOverdue,
        "escalate": c.EscalatePetition,
        "remind-of-information": c.RemindOfInformation,
        "expire-information": c.ExpireInformation,
    }
)
"""The commands by their name in the API."""

TRANSITIONS: Final[Mapping[type[c.PetitionCommand], CommandRule]] = MappingProxyType(
    {command: petition_commands.COMMANDS[name] for name, command in COMMANDS.items()}
)
"""The rule of each command."""
