"""What the system asks for with a petition that was merged into another one, by where both stand."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import Any

import pytest

from services.intake.commands import MergeAgain, RejectWithMain, ReopenPetition, ResolveWithMain, UnmergePetition
from services.intake.deciding import decide
from services.intake.merging import commands_for_merged
from services.intake.petition import Petition, evolve
from shared.contracts.petition_commands import ActorRole
from shared.contracts.petition_states import OPEN_STATES, Outcome, PetitionState
from tests.samples.petitions import COMMANDS, KATHU, NOW, OTHER_ID, actor, fact_of, petition

AGAIN = [ReopenPetition, MergeAgain]


def main(state: PetitionState, **changed: Any) -> Petition:
    """The petition that another one was merged into."""
    return replace(petition(state), **{"petition_id": OTHER_ID, "number": "KT1080767000010", **changed})


def ended_with(name: str = "resolve-with-main", **changed: Any) -> Petition:
    """A merged petition that ended with the first end of that one."""
    merged = petition(PetitionState.MERGED)
    return replace(evolve(merged, fact_of(COMMANDS[name], merged)), **changed)


def asked(of: Petition, merged: Petition) -> list[type]:
    """The kinds of commands."""
    return [type(command) for command in commands_for_merged(of, merged)]


def after(of: Petition, merged: Petition) -> Petition:
    """The merged petition, once the system has done what it asks for."""
    for command in commands_for_merged(of, merged):
        merged = reduce(evolve, decide(command, merged, actor(ActorRole.SYSTEM), NOW, KATHU), merged)
    return merged


@pytest.mark.parametrize("state", sorted(OPEN_STATES | {PetitionState.MERGED}))
def test_nothing_while_the_main_one_goes_on(state: PetitionState) -> None:
    assert asked(main(state), petition(PetitionState.MERGED)) == []


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        (PetitionState.RESOLVED, ResolveWithMain),
        (PetitionState.REJECTED, RejectWithMain),
        (PetitionState.CLOSED, RejectWithMain),
        (PetitionState.WITHDRAWN, UnmergePetition),
    ],
)
def test_it_follows_to_the_end(state: PetitionState, kind: type) -> None:
    assert asked(main(state), petition(PetitionState.MERGED)) == [kind]


@pytest.mark.parametrize(("name", "state"), [("resolve-with-main", "resolved"), ("reject-with-main", "rejected")])
def test_ended_it_knows_with_which_end_of_which_other(name: str, state: str) -> None:
    ended = ended_with(name)
    assert (ended.status, ended.before_merge, ended.resolutions) == (state, None, 1)
    assert (ended.merged_into, ended.main_resolution) == (OTHER_ID, 1)


@pytest.mark.parametrize("state", sorted(OPEN_STATES | {PetitionState.MERGED}))
def test_ended_it_goes_back_when_the_main_one_is_open_again(state: PetitionState) -> None:
    of = main(state, resolutions=1, reopened_for="ยังชำรุด")
    back = after(of, ended_with())
    assert asked(of, ended_with()) == AGAIN
    assert (back.status, back.merged_into, back.before_merge) == ("merged", OTHER_ID, "reopened")
    assert back.reopened_for == "คำร้องเลขที่ KT1080767000010 ที่รวมไว้เปิดดำเนินการอีกครั้ง: ยังชำรุด"
    assert asked(of, back) == [], "twice is once"


def test_what_was_closed_since_goes_back_too() -> None:
    closed = evolve(ended_with(), fact_of(COMMANDS["close"], ended_with()))
    assert asked(main(PetitionState.REOPENED, resolutions=1), closed) == AGAIN


def test_seen_late_the_reopening_and_the_next_end_are_told_together() -> None:
    of = main(PetitionState.RESOLVED, resolutions=2, outcome=Outcome.PARTLY_SOLVED, answer="ซ่อมอีกครั้ง")
    ended = after(of, ended_with())
    assert asked(of, ended_with()) == [*AGAIN, ResolveWithMain]
    assert (ended.status, ended.outcome, ended.resolutions, ended.main_resolution) == (
        "resolved",
        "partly_solved",
        2,
        2,
    )
    assert asked(of, ended) == []


def test_withdrawn_since_it_goes_on_as_reopened() -> None:
    of = main(PetitionState.WITHDRAWN, resolutions=1)
    assert asked(of, ended_with()) == [*AGAIN, UnmergePetition]
    assert (after(of, ended_with()).status, after(of, ended_with()).merged_into) == ("reopened", None)


@pytest.mark.parametrize("main_resolution", [1, None])
def test_ended_with_the_same_end_nothing_is_left_to_do(main_resolution: int | None) -> None:
    """Without a number it ended before that was kept."""
    assert asked(main(PetitionState.RESOLVED), ended_with(main_resolution=main_resolution)) == []


def test_what_ended_before_its_end_was_numbered_goes_back_all_the_same() -> None:
    assert asked(main(PetitionState.REOPENED, resolutions=1), ended_with(main_resolution=None)) == AGAIN


def test_reopened_by_itself_it_follows_no_longer() -> None:
    reopened, *_ = decide(COMMANDS["reopen"], ended_with(), actor(ActorRole.CLERK), NOW, KATHU)
    state = evolve(ended_with(), reopened)
    assert (state.status, state.merged_into, state.main_resolution) == ("reopened", None, None)
    assert asked(main(PetitionState.REOPENED), state) == []


def test_merged_into_another_one_it_does_not_follow_this_one() -> None:
    elsewhere = replace(petition(PetitionState.MERGED), merged_into=petition(PetitionState.FILED).petition_id)
    assert asked(main(PetitionState.RESOLVED), elsewhere) == []
