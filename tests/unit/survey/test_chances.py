"""One chance for each end of a petition: at most one invitation and one answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.survey.chance import Chance, answered, fold, general_answer, invitation
from services.survey.refusals import AnsweredBefore, NotEnded, Refused, ReopeningNotOffered, ReopeningTooLate
from shared.contracts.petition_states import ENDED_STATES, PetitionState
from tests.samples.petitions import NOW, OTHER_ID, SUBJECT_ID
from tests.samples.survey import CONTACT, NEW, POLICY, ended, told


def test_who_is_invited_is_told_what_the_text_needs() -> None:
    fact = invitation(NEW, ended(resolution=2), 2, POLICY, CONTACT)
    assert fact is not None
    assert (fact.to, fact.tracking_code, fact.tracking_url) == (CONTACT.to, CONTACT.tracking_code, CONTACT.tracking_url)
    assert (fact.resolution, fact.subject_id, fact.sms) == (2, SUBJECT_ID, POLICY.sms)
    assert fact == invitation(NEW, ended(resolution=2), 2, POLICY, CONTACT)


@pytest.mark.parametrize(
    ("chance", "petition", "policy"),
    [
        (Chance(invited=True, version=1), {}, {}),
        (Chance(answered=True, version=1), {}, {}),
        (NEW, {"resolution": 2}, {}),
        (NEW, {"state": "reopened", "ended_at": None}, {}),
        (NEW, {}, {"invite": False}),
    ],
    ids=["invited", "answered", "ended again", "reopened", "not invited here"],
)
def test_nobody_is_bothered(chance: Chance, petition: dict[str, Any], policy: dict[str, Any]) -> None:
    settings = type(POLICY)(**{"invite": True, "reopen_days": 14, "sms": POLICY.sms, **policy})
    assert invitation(chance, ended(**petition), 1, settings, CONTACT) is None


def test_the_erased_are_not_invited() -> None:
    assert invitation(NEW, ended(), 1, POLICY, None) is None


def test_how_a_person_is_reached_shows_in_no_text() -> None:
    assert CONTACT.to not in repr(CONTACT)
    assert CONTACT.tracking_code not in str(CONTACT)


@pytest.mark.parametrize("state", PetitionState)
def test_only_what_has_ended_may_be_rated(state: PetitionState) -> None:
    petition = ended(state=state.value, ended_at=NOW if state in ENDED_STATES else None)
    if state in ENDED_STATES:
        assert answered(NEW, petition, told(), 14).rating == 4
    else:
        with pytest.raises(NotEnded):
            answered(NEW, petition, told(), 14)


def test_an_answer_tells_what_it_is_about() -> None:
    fact = answered(NEW, ended(), told(comment="  ดีมาก "), 14)
    assert (fact.answer_id, fact.number, fact.resolution) == (OTHER_ID, "KT1080767000011", 1)
    assert (fact.comment, fact.subject_id, fact.fiscal_year, fact.reopen) == ("ดีมาก", SUBJECT_ID, 2567, False)


def test_the_fiscal_year_is_that_of_answering() -> None:
    late = datetime(2024, 9, 30, 17, 0, tzinfo=UTC)
    years = [answered(NEW, ended(), told(at), 14).fiscal_year for at in (late - timedelta(seconds=1), late)]
    assert years == [2567, 2568]


def test_a_second_answer_is_refused() -> None:
    first = answered(NEW, ended(), told(), 14)
    with pytest.raises(AnsweredBefore):
        answered(fold([first]), ended(), told(rating=1), 14)


@pytest.mark.parametrize(
    ("at", "days", "refusal"),
    [
        (datetime(2024, 7, 22, 16, 59, 59, tzinfo=UTC), 14, None),
        (datetime(2024, 7, 22, 17, 0, 0, tzinfo=UTC), 14, ReopeningTooLate),
        (NOW, 0, ReopeningNotOffered),
    ],
)
def test_reopening_is_asked_for_within_the_authoritys_days(
    at: datetime, days: int, refusal: type[Refused] | None
) -> None:
    asking = told(at, solved="no", reopen=True)
    if refusal is None:
        assert answered(NEW, ended(), asking, days).reopen
    else:
        with pytest.raises(refusal):
            answered(NEW, ended(), asking, days)
        assert not answered(NEW, ended(), told(at), days).reopen


def test_a_general_answer_leads_to_nobody() -> None:
    fact = general_answer(told(tracking_code=None, authority="kathu", solved=None), "kathu")
    assert (fact.petition_id, fact.number, fact.resolution, fact.solved) == (None, None, None, None)
    assert fact.subject_id == fact.answer_id
