"""Time passes: the system tells of due dates and of questions that wait, each once, whoever dies or runs beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.intake.authorities import Authorities
from services.intake.case_desk import CaseDesk
from shared.kernel import clock
from tests.support.gateways import facts_in, together
from tests.support.intake import IntakeOffice, intake_office

REAL_NOW = clock.now


@dataclass
class Time:
    """An office whose clock goes ahead of the real one."""

    office: IntakeOffice
    ahead: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        """The present moment there."""
        return REAL_NOW() + self.ahead

    def passes(self, days: float) -> int:
        """Days later the timekeeper looks; how much it told."""
        self.ahead += timedelta(days=days)
        return self.office.intake.timekeeper.step()

    def told(self, number: str) -> list[str]:
        """What the system told of a petition, in order."""
        facts = self.office.intake.feed.after(0, 1000)
        return [
            fact.type.removeprefix("petition.")
            for fact in facts
            if fact.data.get("number") == number and fact.actor == "system"
        ]


@pytest.fixture
def time(office: IntakeOffice, monkeypatch: pytest.MonkeyPatch) -> Time:
    """Time that is moved by hand."""
    moved = Time(office)
    monkeypatch.setattr(clock, "now", moved.now)
    return moved


@pytest.fixture
def accepted(office: IntakeOffice) -> str:
    """A petition that was accepted; it has 15 working days."""
    number = office.number()
    office.done(number, "accept")
    return number


def test_a_due_date_is_told_of_before_after_and_to_the_head(time: Time, accepted: str) -> None:
    assert time.passes(1) == 0
    assert [time.passes(1) for _ in range(45)].count(1) == 3
    assert time.told(accepted) == ["due_soon", "overdue", "escalated"]
    assert time.office.intake.cases.find(accepted).petition.status == "accepted"


def test_after_a_long_silence_all_that_was_missed_is_told_at_once(time: Time, accepted: str) -> None:
    assert time.passes(60) == 2
    assert time.told(accepted) == ["overdue", "escalated"]
    assert time.passes(0) == 0


def test_what_has_ended_is_told_of_no_more(time: Time, accepted: str) -> None:
    time.office.done(accepted, "resolve", outcome="solved", public_note="ซ่อมเรียบร้อย")
    assert time.passes(60) == 0


def test_a_question_is_repeated_once_and_then_waits_no_longer(time: Time, accepted: str) -> None:
    time.office.done(accepted, "request-information", question="ขอภาพถ่ายเพิ่มเติม")
    assert [time.passes(1) for _ in range(14)] == [0] * 6 + [1] + [0] * 6 + [2]
    assert time.told(accepted) == ["information_reminded", "information_expired", "due_date_set"]
    petition = time.office.intake.cases.find(accepted).petition
    assert (petition.status, petition.paused_since) == ("in_progress", None)
    assert petition.paused_days > 5


def test_an_answer_in_time_ends_the_waiting(time: Time, accepted: str) -> None:
    time.office.done(accepted, "request-information", question="ขอภาพถ่ายเพิ่มเติม")
    time.office.done(accepted, "provide-information", text="แนบแล้ว")
    assert time.passes(10) == 0


def test_many_at_once_tell_each_thing_once(time: Time) -> None:
    numbers = [time.office.number() for _ in range(12)]
    time.ahead = timedelta(days=60)
    told = together(lambda _: time.office.intake.timekeeper.step(), *range(6))
    assert sum(told) == 24
    assert all(time.told(number) == ["overdue", "escalated"] for number in numbers)


def test_who_died_in_the_middle_is_followed_by_another(
    time: Time, accepted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(point: str) -> None:
        raise KeyboardInterrupt(point)

    with monkeypatch.context() as dying:
        dying.setattr("services.intake.timekeeper.crash_here", dies)
        with pytest.raises(KeyboardInterrupt):
            time.passes(60)
    assert time.told(accepted) == ["overdue"]
    assert time.passes(0) == 1
    assert time.told(accepted) == ["overdue", "escalated"]


def test_one_that_cannot_be_read_keeps_no_other_waiting(
    time: Time, accepted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, find = time.office.number(), CaseDesk.find

    def fails(desk: CaseDesk, number: str) -> Any:
        if number == accepted:
            raise LookupError(number)
        return find(desk, number)

    monkeypatch.setattr(CaseDesk, "find", fails)
    assert time.passes(60) == 2
    assert time.told(other) == ["overdue", "escalated"]


def test_settings_of_the_authority_hold_from_when_they_are_changed(time: Time, accepted: str) -> None:
    assert time.passes(7) == 0
    authorities: Authorities = time.office.intake.authorities
    profile = authorities.all()["kathu"]
    deadlines = profile.settings.deadlines.model_copy(update={"warn_days": 15})
    settings = profile.settings.model_copy(update={"deadlines": deadlines})
    authorities.apply(profile.model_copy(update={"settings": settings}), "operator")
    assert time.passes(0) == 1
    assert time.told(accepted) == ["due_soon"]


def test_it_starts_from_a_log_that_is_older_than_its_read_model(time: Time, accepted: str) -> None:
    """After an upgrade the read model is empty."""
    time.ahead = timedelta(days=60)
    with intake_office(time.office.url, time.office.keyring_url) as other:
        assert other.intake.timekeeper.step() == 2
    assert facts_in(time.office.url).count("petition.escalated") == 1
