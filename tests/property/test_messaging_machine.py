"""Facts travel through a relay, a broker that loses, doubles and reorders, workers that fail and die, and a sweep.

Whatever happens, in whatever order: no fact has its effect twice, the relay's checkpoint never passes a fact that the
broker has not had, and once all is well again every fact has had its effect. The broker and the relay's connection are
models; the relay's window, the treatment of deliveries, inbox, failures, puller and database are the real ones.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from functools import partial
from typing import Final, cast
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from shared.contracts.envelope import CONTENT_TYPE, Envelope
from shared.messaging.checkpoints import checkpoint, move_checkpoint
from shared.messaging.delivery import Deliveries, Message, Settlement
from shared.messaging.inbox import claim_for
from shared.messaging.parked import TableParked
from shared.messaging.puller import Pace, Puller
from shared.messaging.reaction import Claim, Desk
from shared.messaging.topology import Topology, parked_queue
from shared.messaging.window import Window
from tests.support.messaging import Room, room
from tests.support.servers import MakeDatabase

AT_ONCE: Final = (0.0, 0.0)
ENDINGS: Final = ("fine", "raises", "raises in the transaction", "dies", "dies after the commit")
INSERT: Final = sa.text("INSERT INTO effects VALUES (:id)")


class Died(BaseException):
    """The worker's process ended."""


class Machine(RuleBasedStateMachine):
    """One queue, from the log to the effects."""

    def __init__(self, made: Room) -> None:
        super().__init__()
        self.room = made
        self.queue = f"intake.{uuid4().hex}"
        self.topology = Topology("facts", {self.queue: ("petition.*",)}, AT_ONCE)
        self.ending = "fine"
        self.facts: list[Envelope] = []
        self.start = self.saved = made.database.head()
        self.relay_starts_again()
        self.broker: dict[str, deque[Message]] = {queue.name: deque() for queue in self.topology.queues()}
        self.had_by_broker: set[int] = set()
        desk = Desk("intake", made.engine, {self.queue: self.react})
        self.deliveries = Deliveries(desk, self.topology, self.forward)
        self.puller = self.new_puller()
        with made.engine.begin() as transaction:
            move_checkpoint(transaction, self.queue, "intake", self.start)

    def new_puller(self) -> Puller:
        pace = Pace(0.0, 0.0)
        return Puller(self.queue, [self.room.feed], self.room.engine, self.react, topology=self.topology, pace=pace)

    def react(self, envelope: Envelope, claim: Claim) -> None:
        ending = self.ending
        if ending == "raises":
            raise ValueError
        if ending == "dies":
            raise Died
        with self.room.engine.begin() as transaction:
            if claim(transaction):
                transaction.execute(INSERT, {"id": envelope.id})
            if ending == "raises in the transaction":
                raise ValueError
        if ending == "dies after the commit":
            raise Died

    def forward(self, queue: str, message: Message) -> None:
        self.broker[queue].append(message)

    @rule(count=st.integers(1, 4))
    def happens(self, count: int) -> None:
        self.facts += self.room.append(*["fine"] * count)

    @precondition(lambda self: self.window.room > 0 and self.window.last - self.start < len(self.facts))
    @rule(arrives=st.booleans())
    def publishes(self, arrives: bool) -> None:
        fact = self.facts[self.window.last - self.start]
        self.window.sent(fact.position)
        if arrives:
            self.arrives(fact)

    @precondition(lambda self: not self.window.is_empty)
    @rule(data=st.data(), multiple=st.booleans())
    def confirms(self, data: st.DataObject, multiple: bool) -> None:
        """The broker confirms what it has: one message, or all up to it."""
        tag = data.draw(st.integers(1, self.window.last - self.window_start))
        for position in range(self.window_start + (1 if multiple else tag), self.window_start + tag + 1):
            if position not in self.had_by_broker:
                self.arrives(self.facts[position - self.start - 1])
        self.window.confirmed(tag, multiple)

    @rule()
    def moves_its_checkpoint(self) -> None:
        self.saved = self.window.checkpoint

    @rule()
    def relay_starts_again(self) -> None:
        self.window_start, self.window = self.saved, Window(self.saved, 4)

    @precondition(lambda self: self.broker[self.queue])
    @rule(data=st.data(), ending=st.sampled_from(ENDINGS))
    def delivers(self, data: st.DataObject, ending: str) -> None:
        """Any message of the queue, in any order; a worker that dies leaves it there."""
        waiting, self.ending = self.broker[self.queue], ending
        waiting.rotate(data.draw(st.integers(0, len(waiting) - 1)))
        self.handle_first()

    @precondition(lambda self: self.broker[self.queue])
    @rule(data=st.data())
    def doubles(self, data: st.DataObject) -> None:
        waiting = self.broker[self.queue]
        waiting.append(waiting[data.draw(st.integers(0, len(waiting) - 1))])

    @rule(queue=st.sampled_from(["", ".retry.1", ".retry.2"]))
    def loses(self, queue: str) -> None:
        """A queue is deleted with what it holds."""
        self.broker[self.queue + queue].clear()

    @rule()
    def delays_end(self) -> None:
        for name, waiting in self.broker.items():
            if ".retry." in name:
                self.broker[self.queue] += waiting
                waiting.clear()

    @rule(ending=st.sampled_from(ENDINGS))
    def sweeps(self, ending: str) -> None:
        self.ending = ending
        try:
            self.puller.step()
        except Died:
            self.puller.end()
            self.puller = self.new_puller()

    @invariant()
    def no_effect_twice(self) -> None:
        effects = self.effects()
        assert len(effects) == len(set(effects))

    @invariant()
    def the_relay_passed_nothing(self) -> None:
        assert set(range(self.start + 1, self.saved + 1)) <= self.had_by_broker

    def teardown(self) -> None:
        self.ending = "fine"
        self.relay_starts_again()
        while self.window.last - self.start < len(self.facts):
            fact = self.facts[self.window.last - self.start]
            self.window.sent(fact.position)
            self.arrives(fact)
            self.window.confirmed(fact.position - self.window_start, multiple=False)
        self.until_quiet()
        self.puller.end()
        self.deliveries.close()
        assert sorted(self.effects()) == sorted(fact.id for fact in self.facts)
        with self.room.engine.connect() as connection:
            assert checkpoint(connection, self.queue, "intake") == self.room.database.head()

    def until_quiet(self) -> None:
        TableParked({"intake": self.room.engine}, {}).redrive(self.queue)
        self.broker[self.queue] += (replace(parked, headers={}) for parked in self.broker[parked_queue(self.queue)])
        while self.broker[self.queue] or self.puller.step():
            while self.broker[self.queue]:
                self.handle_first()
            self.delays_end()

    def arrives(self, fact: Envelope) -> None:
        self.had_by_broker.add(fact.position)
        self.broker[self.queue].append(Message(fact.model_dump_json().encode(), CONTENT_TYPE))

    def handle_first(self) -> None:
        message = self.broker[self.queue][0]
        try:
            settlement = self.settlement(message)
        except Died:
            return
        assert settlement is Settlement.ACKNOWLEDGE
        self.broker[self.queue].popleft()

    def settlement(self, message: Message) -> Settlement:
        """As the entrypoint does."""
        try:
            envelope = self.deliveries.opened(self.queue, message)
            if envelope is not None:
                self.react(envelope, claim_for(self.queue, envelope))
            return self.deliveries.finished(self.queue, message, envelope)
        except Exception as error:  # noqa: BLE001  what a reaction raises decides what becomes of the fact
            return self.deliveries.failed(self.queue, message, error)

    def effects(self) -> list[UUID]:
        ids = [fact.id for fact in self.facts]
        with self.room.engine.connect() as connection:
            found = sa.text("SELECT event_id FROM effects WHERE event_id = ANY(:ids)")
            return list(connection.execute(found, {"ids": ids}).scalars())


@pytest.mark.timeout(200)
def test_every_effect_happens_once(make_database: MakeDatabase) -> None:
    with room(make_database()) as made:
        checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
        chosen = settings(max_examples=50, stateful_step_count=40, deadline=None, suppress_health_check=checks)
        run_state_machine_as_test(cast("type[RuleBasedStateMachine]", partial(Machine, made)), settings=chosen)
