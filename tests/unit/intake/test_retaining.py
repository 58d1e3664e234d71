"""What becomes of a petition when its member asks to be forgotten: gone, or kept for as long as a rule says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.intake.petition import evolve
from services.intake.retaining import LOOK_AGAIN, forget, look_at, years_later
from shared.contracts.authority import RetentionSettings
from shared.contracts.ownership import PetitionErased, PetitionRetained
from shared.contracts.petition_states import PetitionState
from tests.samples.petitions import NOW, SUBJECT_ID, petition

BASIS = "ระเบียบสำนักนายกรัฐมนตรีว่าด้วยงานสารบรรณ พ.ศ. 2526 ข้อ 57"
NOTHING, TEN = RetentionSettings(), RetentionSettings(years=10, basis=BASIS)
PETITION = petition(PetitionState.CLOSED)
TEN_YEARS_AGO = NOW.replace(year=NOW.year - 10)


@pytest.mark.parametrize("ended_at", [None, NOW])
def test_without_a_rule_it_is_erased_at_once_though_it_has_not_ended(ended_at: datetime | None) -> None:
    (fact,) = forget(PETITION, NOTHING, ended_at, NOW)
    assert isinstance(fact, PetitionErased)
    assert (fact.number, fact.subject_id) == (PETITION.number, SUBJECT_ID)


@pytest.mark.parametrize("ended_at", [None, NOW, TEN_YEARS_AGO + timedelta(seconds=1)])
def test_with_a_rule_it_is_kept_and_that_is_told_once_with_the_rule(ended_at: datetime | None) -> None:
    (fact,) = forget(PETITION, TEN, ended_at, NOW)
    assert isinstance(fact, PetitionRetained)
    assert (fact.years, fact.basis) == (10, BASIS)
    assert forget(evolve(PETITION, fact), TEN, ended_at, NOW) == []


def test_when_its_years_are_over_it_is_erased_once() -> None:
    kept = replace(PETITION, retained=True)
    (fact,) = forget(kept, TEN, TEN_YEARS_AGO, NOW)
    assert isinstance(fact, PetitionErased)
    assert forget(evolve(kept, fact), TEN, TEN_YEARS_AGO, NOW) == []


def test_a_rule_that_was_dropped_keeps_nothing_any_more() -> None:
    assert isinstance(forget(replace(PETITION, retained=True), NOTHING, NOW, NOW)[0], PetitionErased)


def test_it_is_looked_at_again_when_the_years_are_over_and_each_day_until_it_ends() -> None:
    assert look_at(TEN, NOW, NOW) == NOW.replace(year=NOW.year + 10)
    assert look_at(TEN, None, NOW) == NOW + LOOK_AGAIN


def test_years_begin_and_end_on_the_same_day_also_on_a_leap_day() -> None:
    assert years_later(datetime(2024, 2, 29, 1, tzinfo=UTC), 1) == datetime(2025, 3, 1, 1, tzinfo=UTC)
    assert years_later(datetime(2024, 2, 29, 1, tzinfo=UTC), 4) == datetime(2028, 2, 29, 1, tzinfo=UTC)
