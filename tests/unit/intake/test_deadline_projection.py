"""The timekeeper's list of work says of a petition what its facts say."""

from __future__ import annotations

from datetime import timedelta
from functools import reduce
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.intake.deciding import decide
from services.intake.petition import Petition, evolve
from services.intake.projections import deadline
from services.intake.refusals import Refused
from shared.contracts.fact import Fact
from shared.contracts.petition_commands import ActorRole
from shared.contracts.petition_states import OPEN_STATES
from tests.samples.petitions import COMMANDS, KATHU, NOW, PETITION_ID, actor, filed
from tests.support.facts import enveloped


def row_of(history: list[Fact]) -> dict[str, Any]:
    """The row after these facts."""
    row: dict[str, Any] | None = None
    for fact in history:
        row = deadline.apply(row, enveloped(fact.TYPE, fact.SCHEMA_VERSION, fact.model_dump(mode="json")))
    assert row is not None
    return row


def expected(petition: Petition) -> dict[str, Any]:
    """What the row is to say."""
    return {
        "petition_id": petition.petition_id,
        "number": petition.number,
        "authority": petition.authority,
        "state": petition.status,
        "due_at": petition.due_at,
        "told": petition.told,
        "running": petition.status in OPEN_STATES and petition.paused_since is None,
        "asked_at": petition.asked_at,
        "reminded": petition.reminded,
        "merged_into": petition.merged_into,
    }


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(sorted(COMMANDS)), st.integers(0, 400)), max_size=25))
def test_it_is_the_fold_of_the_facts(given_commands: list[tuple[str, int]]) -> None:
    facts: list[Fact] = [filed()]
    petition, now = evolve(None, facts[0]), NOW
    for name, hours in given_commands:
        now += timedelta(hours=hours)
        try:
            decided = decide(COMMANDS[name], petition, actor(*ActorRole), now, KATHU)
        except Refused:
            continue
        petition = reduce(evolve, decided, petition)
        facts += decided
    assert row_of(facts) == expected(petition)


@pytest.mark.parametrize(
    ("name", "key"), [("petition.filed", PETITION_ID), ("authority.configured", None), ("petition.unheard_of", None)]
)
def test_only_facts_of_petitions_change_a_row(name: str, key: Any) -> None:
    assert deadline.key(enveloped(name, 1, {"petition_id": str(PETITION_ID)})) == key
