"""Codes are sent beside the gateway: once each, though a process dies or notification is away."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from services.tracking.otp_sender.memory_sender import MemorySender
from services.tracking.otp_sender.sender import Otp, Outcome
from services.tracking.queries.addressees import Addressees
from services.tracking.sending import HANDS, Sending
from services.tracking.step_up import LEASE, SENT_WITHIN
from shared.kernel import clock
from tests.support.step_ups import Door, door, told_petition
from tests.support.tracking import Case
from tests.support.tracking_app import Installation, tracking_in
from tests.support.waiting import eventually


@pytest.fixture
def one(installed: Installation) -> Case:
    return told_petition(installed)


@pytest.fixture
def at(installed: Installation) -> Door:
    return door(installed, step_ups_per_petition="")


class Clock:
    """A clock that the test moves on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ahead = timedelta()
        real = clock.now
        monkeypatch.setattr(clock, "now", lambda: real() + self.ahead)

    def later(self, **by: float) -> None:
        self.ahead += timedelta(**by)


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def test_turned_away_another_code_follows_after_a_pause(at: Door, one: Case, watch: Clock) -> None:
    at.sender.fail_next(Outcome.LATER, times=2)
    handle = at.asked(number=one.number)
    assert (at.send(), len(at.sender.asked)) == (0, 1)
    watch.later(seconds=6)
    assert (at.send(), at.send()) == (1, 0)
    watch.later(seconds=11)
    assert at.send() == 1
    assert len({otp.message_id for otp in at.sender.asked}) == 3
    assert [otp.otp for otp in at.sender.sent] == [at.sender.asked[-1].otp]
    assert at.redeem(handle, at.sender.sent[0].otp).status_code == 200


def test_a_lost_answer_is_asked_for_again_with_the_same_code(
    at: Door, one: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.tracking.sending.SAME_AGAIN", (0.0, 0.0))
    at.sender.fail_next(Outcome.NO_ANSWER, sent=True)
    handle = at.asked(number=one.number)
    assert len({(otp.message_id, otp.otp) for otp in at.sender.asked}) == 1
    assert (len(at.sender.asked), len(at.sender.sent)) == (2, 1)
    assert at.redeem(handle, at.sender.sent[0].otp).status_code == 200


def test_where_nobody_ever_answers_the_code_that_may_be_there_counts_until_the_next(
    at: Door, one: Case, watch: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.tracking.sending.SAME_AGAIN", (0.0, 0.0))
    at.sender.fail_next(Outcome.NO_ANSWER, sent=True, times=3)
    handle = at.asked(number=one.number)
    assert (len(at.sender.asked), len(at.sender.sent)) == (3, 1)
    assert at.redeem(handle, at.sender.sent[0].otp).status_code == 200
    watch.later(seconds=6)
    assert at.send() == 0


def test_what_a_dead_process_left_is_sent_by_another(
    installed: Installation, at: Door, one: Case, watch: Clock
) -> None:
    handle = at.ask(number=one.number).json()["id"]
    lost = at.sending.step_ups.take()
    assert lost is not None
    other = door(installed)
    assert other.send() == 0
    watch.later(seconds=LEASE.total_seconds() + 1)
    assert other.send() == 1
    (sent,) = other.sender.sent
    assert sent.message_id != lost.message_id
    assert other.redeem(handle, sent.otp).status_code == 200
    at.sending.step_ups.finish(lost, timedelta())
    assert other.send() == 0


def test_a_code_that_comes_too_late_is_not_sent(at: Door, one: Case, watch: Clock) -> None:
    at.ask(number=one.number)
    watch.later(seconds=SENT_WITHIN.total_seconds() + 1)
    assert at.send() == 0


def test_landlines_and_erased_persons_are_given_up(installed: Installation, at: Door, one: Case) -> None:
    person = one.filed().petitioner.model_copy(update={"phone": "+6676321500"})  # type: ignore[attr-defined]
    landline = told_petition(installed, 2, petitioner=person)
    installed.logs.keyring.erase(one.subject_id)
    for each in (one, landline):
        at.asked(number=each.number)
    assert (at.send(), at.sender.asked) == (0, [])


def test_two_senders_take_each_code_once(installed: Installation, at: Door, one: Case) -> None:
    for _ in range(12):
        at.ask(number=one.number)
    others = [door(installed) for _ in range(4)]
    threads = [threading.Thread(target=other.send) for other in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sent = [otp.message_id for other in others for otp in other.sender.sent]
    assert (len(sent), len(set(sent))) == (12, 12)


class Held(MemorySender):
    """Keeps each code waiting until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()

    def send(self, otp: Otp) -> Outcome:
        outcome = super().send(otp)
        assert self.go.wait(20)
        return outcome


def test_threads_send_at_once_several_at_a_time_and_end_when_told(installed: Installation, one: Case) -> None:
    app = installed.app(step_ups_per_petition="")
    tracking, sender, stop = tracking_in(app), Held(), threading.Event()
    Sending(tracking.step_ups, tracking.addressees, sender, stop).start()
    asking = door(installed, step_ups_per_petition="")
    client = installed.client(app)
    for _ in range(HANDS):
        client.post("/api/tracking/v1/step-ups", json={"number": one.number})
    eventually(lambda: len(sender.asked) == HANDS, 10)
    assert asking.send() == 0
    sender.go.set()
    stop.set()
    tracking.step_ups.waiting.release(HANDS)
    eventually(lambda: not [each for each in threading.enumerate() if each.name.startswith("step-up-codes")], 10)


def test_a_code_that_fails_stops_no_other(
    installed: Installation, at: Door, one: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = [ConnectionError]
    opening = Addressees.of

    def once(self: Addressees, petition_id: object) -> object:
        if failing:
            raise failing.pop()
        return opening(self, petition_id)  # type: ignore[arg-type]

    monkeypatch.setattr(Addressees, "of", once)
    monkeypatch.setattr("services.tracking.sending.LOOK_SECONDS", 0.05)
    at.ask(number=one.number)
    at.ask(number=one.number)
    runner = threading.Thread(target=at.sending.run, daemon=True)
    runner.start()
    eventually(lambda: len(at.sender.sent) == 1, 10)
    at.sending.stop.set()
    runner.join(10)
    assert not runner.is_alive()
