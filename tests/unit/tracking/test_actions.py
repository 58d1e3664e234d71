"""What the citizen may do, in every state."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from services.tracking.actions import BY_COMMAND, actions, staff_actions
from shared.contracts.petition_commands import PETITIONERS_COMMANDS
from shared.contracts.petition_states import ENDED_STATES, PetitionState
from tests.samples.petitions import NOW

ANSWERS = ("rate", "request_reopening")
ADDING = ("provide_information", "add_photo")
IN_STATE = {
    "filed": (*ADDING, "withdraw"),
    "accepted": (*ADDING, "withdraw"),
    "in_progress": (*ADDING, "withdraw"),
    "scheduled": (*ADDING, "withdraw"),
    "waiting_for_citizen": (*ADDING, "withdraw"),
    "forwarded": (*ADDING, "withdraw"),
    "reopened": ADDING,
    "resolved": ANSWERS,
    "rejected": ANSWERS,
    "closed": ANSWERS,
}


def row(state: str, **changed: Any) -> dict[str, Any]:
    """A petition in this state, which has ended once where it has."""
    ended = state in ENDED_STATES
    usual = {"ended_at": NOW if ended else None, "resolutions": int(ended), "survey_answers": [], "reopen_days": 14}
    return {"state": state, **usual, **changed}


@pytest.mark.parametrize("state", PetitionState)
def test_each_state_has_its_actions(state: PetitionState) -> None:
    assert actions(row(state), NOW) == list(IN_STATE.get(state, ()))


def test_each_end_is_rated_once() -> None:
    one, two = {"resolution": 1}, {"resolution": 2}
    assert actions(row("resolved", survey_answers=[one]), NOW) == []
    assert actions(row("resolved", survey_answers=[one], resolutions=2), NOW) == list(ANSWERS)
    assert actions(row("closed", survey_answers=[one, two], resolutions=2), NOW) == []


@pytest.mark.parametrize(
    ("now", "offered"),
    [
        (datetime(2024, 7, 22, 16, 59, 59, tzinfo=UTC), list(ANSWERS)),
        (datetime(2024, 7, 22, 17, 0, 0, tzinfo=UTC), ["rate"]),
    ],
)
def test_reopening_is_offered_until_the_end_of_the_last_day(now: datetime, offered: list[str]) -> None:
    assert actions(row("resolved"), now) == offered


@pytest.mark.parametrize("days", [0, None])
def test_where_there_is_no_reopening_none_is_offered(days: int | None) -> None:
    assert actions(row("rejected", reopen_days=days), NOW) == ["rate"]


def test_each_action_is_a_command_that_petitioners_have() -> None:
    assert set(BY_COMMAND.values()) == set(PETITIONERS_COMMANDS)


@pytest.mark.parametrize(
    ("role", "requested", "offered"),
    [
        ("clerk", False, {"close", "reopen", "add-note"}),
        ("clerk", True, {"close", "reopen", "decline-reopening", "add-note"}),
        ("officer", True, {"add-note"}),
        ("executive", True, set()),
        ("auditor", True, set()),
    ],
)
def test_staff_are_offered_what_their_role_may_do_now(role: str, requested: bool, offered: set[str]) -> None:
    assert set(staff_actions(row("resolved", reopening_requested=requested), role)) == offered
