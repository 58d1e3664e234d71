"""An answer that asks to reopen becomes a request that waits for the staff: once, and only while it still applies."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shared.eventlog.keyring import PostgresKeyring
from shared.eventlog.sealing import Sealer
from shared.kernel import ids
from shared.kernel.database import connect
from tests.support.feeds import MemoryFeed
from tests.support.gateways import KEK, assert_problem, change, raised_by, together
from tests.support.intake import IntakeOffice
from tests.support.reopening import REQUESTED, RESOLVE, Answers


@pytest.fixture
def answers(office: IntakeOffice) -> Iterator[Answers]:
    """Intake, and answers to react to."""
    keys = connect(office.keyring_url, size=2)
    yield Answers(office, MemoryFeed("survey", Sealer(PostgresKeyring(keys, KEK))))
    keys.dispose()


def test_a_request_changes_no_state_and_tells_its_answer(answers: Answers) -> None:
    number = answers.ended()
    answer = answers.given(number)
    answers.arrives(answer)
    petition = answers.office.intake.cases.find(number).petition
    assert (petition.status, petition.reopening_requested) == ("resolved", True)
    told = answers.office.intake.feed.after(0, 100)[-1]
    assert (told.type, told.actor, told.causationid) == (REQUESTED, "petitioner", answer.id)
    assert told.data["answer_id"] == answer.data["answer_id"]


def test_twice_many_times_and_after_the_inbox_was_lost_is_once(answers: Answers) -> None:
    answer = answers.given(answers.ended())
    assert set(together(lambda _: raised_by(answers.arrives, answer), *range(6))) <= {"", "VersionConflict"}
    answers.arrives(answer)
    change(answers.office.url, "DELETE FROM messaging.inbox")
    answers.arrives(answer)
    assert answers.requests() == 1


def test_what_asks_for_nothing_requests_nothing(answers: Answers) -> None:
    number = answers.ended()
    answers.arrives(answers.given(number, reopen=False))
    answers.arrives(answers.given(number, number=None, petition_id=None, resolution=None, reopen=False, solved=None))
    assert answers.requests() == 0


def test_late_after_a_reopening_it_requests_nothing(answers: Answers) -> None:
    number = answers.ended()
    answer = answers.given(number)
    answers.office.done(number, "reopen", reason="พบว่ายังชำรุด")
    answers.arrives(answer)
    answers.office.done(number, "resolve", **RESOLVE)
    answers.arrives(answers.given(number))
    assert answers.requests() == 0
    answers.arrives(answers.given(number, resolution=2))
    assert answers.requests() == 1


def test_a_closed_petition_may_be_asked_for(answers: Answers) -> None:
    number = answers.ended()
    answers.office.done(number, "close")
    answers.arrives(answers.given(number))
    assert answers.requests() == 1


@pytest.mark.parametrize("name", ["reopen", "decline-reopening"])
def test_staff_answer_it_once_and_with_a_reason(answers: Answers, name: str) -> None:
    number = answers.ended()
    answers.arrives(answers.given(number))
    assert answers.office.command(number, name, "officer", reason="ตรวจแล้ว").status_code == 403
    assert_problem(answers.office.command(number, name, "clerk"), 422)
    done = answers.office.done(number, name, "clerk", reason="ตรวจสอบพื้นที่แล้ว")
    assert done["status"] == ("reopened" if name == "reopen" else "resolved")
    assert not answers.office.intake.cases.find(number).petition.reopening_requested
    assert answers.office.command(number, "decline-reopening", reason="อีกครั้ง").status_code == 409


def test_what_nobody_asked_for_cannot_be_declined(answers: Answers) -> None:
    problem = assert_problem(answers.office.command(answers.ended(), "decline-reopening", reason="ไม่มี"), 409)
    assert "ไม่มีคำขอ" in problem["detail"]


def test_staff_cannot_ask_in_the_petitioners_place(answers: Answers) -> None:
    asked = {"answer_id": str(ids.new_id()), "resolution": 1}
    assert answers.office.command(answers.ended(), "request-reopening", "admin", **asked).status_code == 403
