"""What the citizen may do, in every state."""

from __future__ import annotations

import pytest

from services.tracking.actions import BY_COMMAND, actions
from shared.contracts.petition_states import PETITIONERS_COMMANDS, PetitionState
from tests.samples.petitions import NOW

ADDING = ("provide_information", "add_photo")
IN_STATE = {
    "filed": (*ADDING, "withdraw"),
    "accepted": (*ADDING, "withdraw"),
    "in_progress": (*ADDING, "withdraw"),
    "scheduled": (*ADDING, "withdraw"),
    "waiting_for_citizen": (*ADDING, "withdraw"),
    "forwarded": (*ADDING, "withdraw"),
    "reopened": ADDING,
}


@pytest.mark.parametrize("state", PetitionState)
def test_each_state_has_its_actions(state: PetitionState) -> None:
    assert actions({"state": state.value}, NOW) == list(IN_STATE.get(state, ()))


def test_each_action_is_a_command_that_petitioners_have() -> None:
    assert set(BY_COMMAND.values()) == set(PETITIONERS_COMMANDS)
