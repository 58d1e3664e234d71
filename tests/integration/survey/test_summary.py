"""The summary is the fold of the log: live, rebuilt, and counted by hand."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from khamrong.readmodels import READ_MODELS
from services.survey.projections import PROJECTIONS, summary
from services.survey.queries import figures
from shared.contracts.survey import SurveyAnswered
from shared.kernel import clock
from shared.kernel.database import connect
from shared.projecting.projection import fold, keyed
from shared.projecting.rebuild import Rebuild
from shared.projecting.status import status
from tests.support.feeds import EPOCH
from tests.support.gateways import assert_problem
from tests.support.survey import SUMMARY, SurveyOffice

EMPTY: dict[str, Any] = {
    "authority": "kathu",
    "fiscal_year": 2567,
    "answers": 0,
    "mean_rating": None,
    "by_rating": {"1": 0, "2": 0, "3": 0, "4": 0, "5": 0},
    "solved": {"yes": 0, "partly": 0, "no": 0},
    "share_solved": None,
    "reopen_requests": 0,
}


def several(office: SurveyOffice) -> None:
    """Three answers about petitions and two about the authority."""
    for running, (rating, solved) in enumerate([(5, "yes"), (3, "partly"), (1, "no")], start=1):
        answer = office.rate(office.ended(running), rating=rating, solved=solved, reopen=solved == "no")
        assert answer.status_code == 201, answer.text
    for rating in (5, 4):
        assert office.answer(authority="kathu", rating=rating).status_code == 201
    office.follow()


def test_a_year_without_answers(office: SurveyOffice) -> None:
    office.follow()
    assert office.summary(2567) == EMPTY


def test_it_counts_what_was_answered(office: SurveyOffice) -> None:
    several(office)
    assert office.summary(2567) == EMPTY | {
        "answers": 5, "mean_rating": 3.6, "by_rating": {"1": 1, "2": 0, "3": 1, "4": 1, "5": 2},
        "solved": {"yes": 1, "partly": 1, "no": 1}, "share_solved": 0.3333, "reopen_requests": 1,
    }  # fmt: skip


def test_a_year_is_that_of_answering(office: SurveyOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    one = office.ended()
    monkeypatch.setattr(clock, "now", lambda: EPOCH + timedelta(days=90))
    assert office.rate(one).status_code == 201
    office.follow()
    assert (office.summary(2567)["answers"], office.summary(2568)["answers"]) == (0, 1)
    assert office.client.get(SUMMARY, params={"authority": "kathu"}).json()["fiscal_year"] == 2568


def test_an_authority_that_nobody_knows(office: SurveyOffice) -> None:
    assert_problem(office.client.get(SUMMARY, params={"authority": "nowhere", "fiscal_year": 2567}), 404)
    assert_problem(office.client.get(SUMMARY, params={"authority": "kathu", "fiscal_year": 1}), 422)


def test_live_equals_the_fold_of_the_log_and_a_count_by_hand(office: SurveyOffice) -> None:
    several(office)
    log = office.survey.feed.after(0, 100)
    (row,) = fold(summary, {}, keyed(summary, log)).values()
    assert office.summary(2567) == figures(row)
    answers = [fact.data for fact in log if fact.type == SurveyAnswered.TYPE]
    counted = Counter(str(data["rating"]) for data in answers)
    assert {rating: count for rating, count in row["by_rating"].items() if count} == dict(counted)


def test_every_read_model_can_be_rebuilt_and_is_known_to_the_operator(office: SurveyOffice) -> None:
    several(office)
    office.invite(office.ended(4).told[-1])
    office.follow()
    before = office.summary(2567)
    owner = connect(office.url, role=None)
    feeds = {"intake": office.intake, "survey": office.survey.feed}
    reports = [Rebuild(owner, each, feeds).run() for each in PROJECTIONS]
    assert [(each.same, each.swapped) for each in reports] == [(True, True)] * 3
    assert office.summary(2567) == before
    assert {each.lag for each in status(owner, PROJECTIONS, feeds)} == {0}
    assert READ_MODELS["survey"] == PROJECTIONS
    owner.dispose()


def test_an_answer_is_counted_once_however_often_it_arrives(office: SurveyOffice) -> None:
    several(office)
    for _ in range(2):
        office.follow()
    with office.survey.engine.connect() as connection:
        assert connection.execute(sa.text("SELECT answers FROM survey.summary")).scalar_one() == 5
