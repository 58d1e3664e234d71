"""What the citizen, or a member of staff, may do with a petition now. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from shared.contracts.petition_commands import PETITIONERS_COMMANDS, ActorRole, available
from shared.contracts.petition_states import ENDED_STATES, PetitionState
from shared.kernel.thai import last_second

Row = Mapping[str, Any]
BY_COMMAND: Final[Mapping[str, str]] = MappingProxyType(
    {
        "provide_information": "provide-information",
        "add_photo": "provide-information",
        "withdraw": "withdraw",
    }
)
"""Actions that are commands of intake. A photo is added with the words that go with it."""

RATE: Final = "rate"
REQUEST_REOPENING: Final = "request_reopening"
"""Actions that are an answer to the survey: the second is one with `reopen`."""


def actions(row: Row, now: datetime) -> list[str]:
    """The actions that are open, in the order in which they are offered.

    `row` is one of the petition's read model, with its authority's `reopen_days`.
    """
    commands = (name for name, command in BY_COMMAND.items() if row["state"] in PETITIONERS_COMMANDS[command])
    return [*commands, *_answers(row, now)]


def staff_actions(row: Row, role: str) -> tuple[str, ...]:
    """The commands of intake that somebody of this role may give in this state; none for who only looks."""
    return available(PetitionState(row["state"]), [ActorRole(role)], requested=bool(row["reopening_requested"]))


def may_rate(row: Row) -> bool:
    """Whether the petition has ended, and its petitioner has not said how it went."""
    return row["state"] in ENDED_STATES and not has_answered(row)


def has_answered(row: Row) -> bool:
    """Whether the petitioner has said how the last end went."""
    return any(answer["resolution"] == row["resolutions"] for answer in row["survey_answers"])


def reopen_until(row: Row) -> datetime | None:
    """Until when an answer may ask to reopen; None while it has not ended, and where no reopening is offered."""
    if row["ended_at"] is None or not row["reopen_days"]:
        return None
    return last_second(row["ended_at"], row["reopen_days"])


def _answers(row: Row, now: datetime) -> Iterator[str]:
    if may_rate(row):
        yield RATE
        if (until := reopen_until(row)) and now <= until:
            yield REQUEST_REOPENING
