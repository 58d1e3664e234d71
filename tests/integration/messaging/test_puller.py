"""The puller hands over every fact, keeps count of what fails, and loses nothing in a crash."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest
import sqlalchemy as sa

from shared.contracts.envelope import Envelope
from shared.messaging.bell import Bell
from shared.messaging.feed import Feed
from shared.messaging.parked import TableParked
from shared.messaging.puller import Dispatcher, Pace, Puller
from shared.messaging.reaction import Claim, React
from tests.support.messaging import Room
from tests.support.waiting import eventually

QUICK = Pace(shortest=0.01, longest=0.02, after_error=0.02)


def puller(made: Room, feeds: Sequence[Feed] | None = None, pace: Pace = QUICK, react: React | None = None) -> Puller:
    feeds, react = feeds or [made.feed], react or made.react
    return Puller(made.queue, feeds, made.engine, react, topology=made.topology, pace=pace)


class Died(BaseException):
    """The process ended here."""


@dataclass
class Broken:
    """An owner that does not answer."""

    service: str = "survey"

    def after(self, position: int, limit: int, types: Sequence[str] | None = None) -> list[Envelope]:
        raise ConnectionError

    def head(self) -> int:
        raise ConnectionError


def test_every_fact_once_in_order(desk: Room) -> None:
    desk.append(*["fine"] * 250)
    pulling = puller(desk)
    assert [pulling.step() for _ in range(4)] == [100, 100, 50, 0]
    assert desk.effects() == desk.tries() == desk.pulled() == 250


def test_a_bell_on_commits_wakes_it_long_before_its_next_look(desk: Room) -> None:
    bell, slow = Bell(), Pace(shortest=60.0, longest=60.0)
    bell.on_commit_of(desk.engine)
    pulling = Puller(desk.queue, [desk.feed], desk.engine, desk.react, topology=desk.topology, pace=slow, bell=bell)
    dispatcher = Dispatcher([pulling])
    desk.append("fine")
    dispatcher.start()
    eventually(lambda: desk.effects() == 1)
    desk.append("fine")
    eventually(lambda: desk.effects() == 2)
    dispatcher.stop()
    assert dispatcher.join(10), "told to stop, it does not wait for its next look either"


def test_failing_facts_are_tried_again_then_parked_and_others_go_on(desk: Room) -> None:
    lasting, passing, fine = desk.append("fails", "fails:1", "fine")
    pulling = puller(desk)
    pulling.step()
    assert (desk.effects(fine.id), desk.pulled()) == (1, 3)
    eventually(lambda: pulling.step() == 0 and desk.failures() == [(3, True, "SecretText")])
    assert (desk.tries(lasting.id), desk.effects(lasting.id)) == (3, 0)
    assert (desk.tries(passing.id), desk.effects(passing.id)) == (2, 1)


def test_a_permanent_failure_is_parked_at_once(desk: Room) -> None:
    desk.append("permanent")
    puller(desk).step()
    assert desk.failures() == [(1, True, "PermanentFailure: the form has no such field")]


def test_a_parked_fact_that_is_set_going_is_done_with(desk: Room) -> None:
    (fact,) = desk.append("fails:3")
    pulling = puller(desk)
    eventually(lambda: pulling.step() == 0 and desk.failures() == [(3, True, "SecretText")])
    assert TableParked({"intake": desk.engine}, {}).redrive(fact.id) == 1
    assert pulling.step() == 1
    assert (desk.effects(fact.id), desk.failures(), pulling.step()) == (1, [], 0)


def test_an_outage_is_never_parked(desk: Room) -> None:
    (fact,) = desk.append("unavailable:6")
    pulling = puller(desk)
    eventually(lambda: pulling.step() >= 0 and desk.effects(fact.id) == 1)
    assert desk.failures() == []


def test_what_is_postponed_waits_for_its_hour_and_is_no_failure(desk: Room) -> None:
    early, fine = desk.append("early:5", "fine")
    pulling = puller(desk)
    pulling.step()
    ((attempts, parked, reason),) = desk.failures()
    assert (attempts, parked, reason.partition(" ")[0]) == (0, False, "until")
    pulling.end()
    another = puller(desk)
    eventually(lambda: another.step() >= 0 and desk.effects(early.id) == 1)
    assert (desk.failures(), desk.tries(early.id), desk.tries(fine.id)) == ([], 6, 1)


def test_a_type_that_is_not_known_is_parked(desk: Room) -> None:
    desk.append("fine")
    with desk.database.owner.begin() as transaction:
        transaction.execute(sa.text("SET LOCAL session_replication_role = replica"))
        transaction.execute(sa.text("UPDATE eventlog.facts SET type = 'petition.teleported'"))
    puller(desk).step()
    assert desk.failures() == [(1, True, "Unreadable: a fact type that is not known here")]


def test_facts_of_other_types_are_passed_over(desk: Room) -> None:
    topology = replace(desk.topology, subscriptions={desk.queue: ("petition.filed",)})
    desk.append("fine")
    Puller(desk.queue, [desk.feed], desk.engine, desk.react, topology=topology).step()
    assert desk.tries() == 0


def test_a_crash_in_the_middle_repeats_nothing_that_was_done(desk: Room) -> None:
    facts = desk.append("fine", "fine", "fine")

    def dying(envelope: Envelope, claim: Claim) -> None:
        desk.react(envelope, claim)
        if envelope.position == 2:
            raise Died

    crashing = puller(desk, react=dying)
    with pytest.raises(Died):
        crashing.step()
    crashing.end()
    with desk.engine.begin() as transaction:
        transaction.execute(sa.text("DELETE FROM messaging.checkpoints"))
    pulling = puller(desk)
    eventually(lambda: pulling.step() == 0 and desk.effects() == 3 and desk.failures() == [])
    assert [desk.tries(fact.id) for fact in facts] == [1, 1, 1]


def test_a_fact_that_ends_the_process_is_parked_in_the_end(desk: Room) -> None:
    """Each start gets one step further: the attempt is written down before the reaction runs."""
    deadly, fine = desk.append("fine", "fine")
    died = 0

    def dying(envelope: Envelope, claim: Claim) -> None:
        nonlocal died
        if envelope.id == deadly.id:
            died += 1
            raise Died
        desk.react(envelope, claim)

    def start_again() -> bool:
        starting = puller(desk, react=dying)
        try:
            starting.step()
        except Died:
            return False
        finally:
            starting.end()
        return desk.failures() == [(3, True, "BrokenOff")]

    eventually(start_again)
    assert (died, desk.effects(fine.id)) == (3, 1)


def test_one_puller_at_a_time(desk: Room) -> None:
    first, second = puller(desk), puller(desk)
    desk.append("fine")
    assert (first.step(), second.step()) == (1, 0)
    desk.append("fine")
    assert second.step() == 0
    first.end()
    assert second.step() == 1


def test_an_owner_that_does_not_answer_stops_only_its_own_facts(desk: Room) -> None:
    desk.append("fine")
    pulling = puller(desk, [Broken(), desk.feed])
    with pytest.raises(ConnectionError):
        pulling.step()
    assert desk.effects() == 1


def test_a_sweep_leaves_young_facts_to_the_broker(desk: Room) -> None:
    desk.append("fine")
    sweeping = puller(desk, pace=Pace(1, 1, grace=60))
    assert sweeping.step() == 0
    sweeping.end()
    eventually(lambda: puller(desk).step() == 1)  # the server may take a moment to see that the other has gone


def test_a_dispatcher_stops_and_starts_cleanly(desk: Room) -> None:
    first = Dispatcher([puller(desk)])
    first.start()
    desk.append("fine", "fails:1")
    eventually(lambda: desk.effects() == 2)
    first.stop()
    assert first.join(10)
    desk.append("fine")
    second = Dispatcher([puller(desk)])
    second.start()
    eventually(lambda: desk.effects() == 3)
    second.stop()
    assert second.join(10)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("puller-")]


def test_a_dispatcher_comes_through_lost_database_connections(desk: Room) -> None:
    end_leader = sa.text(
        "SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database ON oid = database"
        " WHERE locktype = 'advisory' AND datname = current_database()"
    )
    dispatcher = Dispatcher([puller(desk)])
    dispatcher.start()
    desk.append("fine")
    eventually(lambda: desk.effects() == 1)
    with desk.database.owner.begin() as administrator:
        assert administrator.execute(end_leader).scalar()
    desk.append("fine")
    eventually(lambda: desk.effects() == 2)
    dispatcher.stop()
    assert dispatcher.join(10)
