"""Who filed a petition that was merged into another one hears what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from services.intake.on_petition_ended import QUEUE
from services.intake.petition import Petition
from shared.contracts.envelope import Envelope
from shared.messaging.inbox import handle_once
from shared.messaging.routing import any_matches
from shared.messaging.topology import SUBSCRIPTIONS
from tests.support.gateways import assert_problem, change, facts_in, fields_of, raised_by, together
from tests.support.intake import IntakeOffice

RESOLVE = {"outcome": "partly_solved", "public_note": "ซ่อมครึ่งเดียว"}
FOLLOWED = {"petition.reopened", "petition.resolved"}


@dataclass
class Merged:
    """A petition, and two that were merged into it."""

    office: IntakeOffice
    main: str
    others: tuple[str, str]
    reacted_to: int = 0

    def reacts(self) -> None:
        """As a worker does with what it was not given yet."""
        for envelope in self.office.intake.feed.after(self.reacted_to, 1000):
            if any_matches(SUBSCRIPTIONS[QUEUE], envelope.type):
                self.sees(envelope)
            self.reacted_to = envelope.position

    def does(self, name: str, **fields: Any) -> None:
        """Staff, with the main one, and the reaction to it."""
        self.office.done(self.main, name, **fields)
        self.reacts()

    def ends_with(self, name: str) -> None:
        """The main one is resolved or rejected."""
        self.does(name, **(RESOLVE if name == "resolve" else {"reason": "เป็นทางหลวง"}))

    def sees(self, envelope: Envelope) -> None:
        """As a worker that is given a fact."""
        handle_once(self.office.intake.engine, QUEUE, self.office.intake.desk.reactions[QUEUE], envelope)

    def told(self, number: str) -> list[str]:
        """The facts of a petition, in order, without those of its due date."""
        about = [each.type for each in self.office.intake.feed.after(0, 1000) if each.data.get("number") == number]
        return [kind for kind in about if kind != "petition.due_date_set"]

    def petition(self, number: str) -> Petition:
        """As it stands."""
        return self.office.intake.cases.find(number).petition

    def states(self) -> list[str]:
        """Of the others."""
        return [self.petition(number).status.value for number in self.others]


@pytest.fixture
def merged(office: IntakeOffice) -> Merged:
    """Staff found that three petitions tell the same."""
    main, one, two = (office.number() for _ in range(3))
    office.done(main, "accept")
    for other in (one, two):
        office.done(other, "merge", into_number=main)
    found = Merged(office, main, (one, two))
    found.reacts()
    assert found.states() == ["merged", "merged"]
    return found


def test_they_are_resolved_with_the_same_outcome_and_words(merged: Merged) -> None:
    merged.office.done(merged.main, "resolve", **RESOLVE)
    merged.reacts()
    assert merged.states() == ["resolved", "resolved"]
    told = merged.petition(merged.others[0])
    assert (told.outcome, told.resolutions) == ("partly_solved", 1)
    assert told.answer == f"ดำเนินการร่วมกับคำร้องเลขที่ {merged.main}: ซ่อมครึ่งเดียว"
    first, *_ = [e for e in merged.office.intake.feed.after(0, 1000) if e.type == "petition.resolved"]
    last = merged.office.intake.feed.after(0, 1000)[-1]
    assert (last.actor, last.causationid) == ("system", first.id)


def test_they_are_rejected_with_the_same_reason(merged: Merged) -> None:
    merged.office.done(merged.main, "reject", reason="เป็นทางหลวง")
    merged.reacts()
    assert merged.states() == ["rejected", "rejected"]
    assert "เป็นทางหลวง" in str(merged.petition(merged.others[0]).answer)


def test_when_it_is_withdrawn_they_go_on_by_themselves(merged: Merged) -> None:
    merged.office.done(merged.main, "withdraw")
    merged.reacts()
    assert merged.states() == ["filed", "filed"]


def test_twice_at_once_and_after_the_inbox_was_lost_is_once(merged: Merged) -> None:
    merged.office.done(merged.main, "resolve", **RESOLVE)
    at = merged.reacted_to
    tried = together(lambda _: raised_by(Merged(merged.office, merged.main, merged.others, at).reacts), *range(4))
    assert set(tried) <= {"", "VersionConflict"}
    change(merged.office.url, "DELETE FROM messaging.inbox")
    merged.reacts()
    assert facts_in(merged.office.url).count("petition.resolved") == 3


def test_they_are_reopened_with_it_and_resolved_once_more(merged: Merged) -> None:
    one = merged.others[0]
    merged.ends_with("resolve")
    merged.does("reopen", reason="ยังชำรุด")
    assert merged.states() == ["merged", "merged"]
    assert f"คำร้องเลขที่ {merged.main} ที่รวมไว้เปิดดำเนินการอีกครั้ง: ยังชำรุด" == merged.petition(one).reopened_for
    merged.ends_with("resolve")
    assert merged.told(one)[-3:] == ["petition.reopened", "petition.merged", "petition.resolved"]
    assert (merged.petition(one).resolutions, merged.petition(one).main_resolution) == (2, 2)


def test_what_was_closed_since_is_reopened_too_and_may_end_otherwise(merged: Merged) -> None:
    merged.ends_with("resolve")
    merged.office.done(merged.others[0], "close")
    merged.does("reopen", reason="ยังชำรุด")
    merged.ends_with("reject")
    assert merged.states() == ["rejected", "rejected"]


def test_what_staff_reopened_by_itself_goes_its_own_way(merged: Merged) -> None:
    merged.ends_with("resolve")
    merged.office.done(merged.others[0], "reopen", reason="ผู้ร้องแจ้งว่าคนละจุด")
    merged.does("reopen", reason="ยังชำรุด")
    merged.ends_with("resolve")
    assert merged.states() == ["reopened", "resolved"]


def test_an_unmerge_after_the_reopening_gives_it_back_as_reopened(merged: Merged) -> None:
    merged.ends_with("resolve")
    merged.does("reopen", reason="ยังชำรุด")
    merged.office.done(merged.others[0], "unmerge", reason="คนละเรื่อง")
    merged.ends_with("resolve")
    assert merged.states() == ["reopened", "resolved"]


def test_withdrawn_after_the_reopening_they_go_on_by_themselves(merged: Merged) -> None:
    merged.ends_with("resolve")
    for name, fields in (("reopen", {"reason": "ยังชำรุด"}), ("accept", {}), ("withdraw", {})):
        merged.office.done(merged.main, name, **fields)
    merged.reacts()
    assert merged.states() == ["reopened", "reopened"]


def test_a_reopening_seen_late_is_told_with_the_end_after_it(merged: Merged) -> None:
    merged.ends_with("resolve")
    merged.office.done(merged.main, "reopen", reason="ยังชำรุด")
    merged.office.done(merged.main, "resolve", **RESOLVE)
    merged.reacts()
    assert merged.states() == ["resolved", "resolved"]
    assert merged.told(merged.others[0]).count("petition.resolved") == 2


def test_a_reopening_out_of_order_twice_and_at_once_is_followed_once(merged: Merged) -> None:
    merged.ends_with("resolve")
    merged.office.done(merged.main, "reopen", reason="ยังชำรุด")
    merged.office.done(merged.main, "resolve", **RESOLVE)
    late = [each for each in merged.office.intake.feed.after(merged.reacted_to, 1000) if each.type in FOLLOWED]
    tried = together(lambda envelope: raised_by(lambda: merged.sees(envelope)), *reversed(late), *late)
    assert set(tried) <= {"", "VersionConflict"}
    for envelope in [*reversed(late), *late]:
        merged.sees(envelope)
    for other in merged.others:
        assert [merged.told(other).count(kind) for kind in ("petition.reopened", "petition.resolved")] == [1, 2]


def test_nothing_is_merged_into_what_ended_with_another_one(merged: Merged) -> None:
    merged.ends_with("resolve")
    merged.does("reopen", reason="ยังชำรุด")
    merged.office.done(merged.main, "accept")
    merged.ends_with("resolve")
    problem = assert_problem(merged.office.command(merged.office.number(), "merge", into_number=merged.others[0]), 422)
    assert fields_of(problem) == {"into_number"}


def test_late_after_a_reopening_they_wait_for_the_next_end(merged: Merged) -> None:
    merged.office.done(merged.main, "resolve", **RESOLVE)
    merged.office.done(merged.main, "reopen", reason="ยังชำรุด")
    merged.reacts()
    assert merged.states() == ["merged", "merged"]
    merged.office.done(merged.main, "resolve", **RESOLVE)
    merged.reacts()
    assert merged.states() == ["resolved", "resolved"]


def test_what_was_unmerged_in_time_goes_its_own_way(merged: Merged) -> None:
    merged.office.done(merged.others[0], "unmerge", reason="คนละเรื่อง")
    merged.office.done(merged.main, "resolve", **RESOLVE)
    merged.reacts()
    assert merged.states() == ["filed", "resolved"]


def test_what_is_merged_into_an_ended_petition_ends_at_once(merged: Merged) -> None:
    merged.office.done(merged.main, "resolve", **RESOLVE)
    late = merged.office.number()
    merged.office.done(late, "merge", into_number=merged.main)
    merged.reacts()
    assert merged.petition(late).status == "resolved"


def test_a_chain_of_merges_ends_from_its_head(merged: Merged) -> None:
    head = merged.office.number()
    merged.office.done(head, "accept")
    merged.office.done(merged.main, "merge", into_number=head)
    merged.office.done(head, "resolve", **RESOLVE)
    merged.reacts()
    merged.reacts()
    assert [merged.petition(merged.main).status.value, *merged.states()] == ["resolved"] * 3
    merged.office.done(head, "reopen", reason="ยังชำรุด")
    merged.reacts()
    merged.reacts()
    assert [merged.petition(merged.main).status.value, *merged.states()] == ["merged"] * 3
