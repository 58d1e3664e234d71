"""When a member is erased, the petitioners of their petitions are: once, and not before a rule allows."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from services.intake import on_member_erased
from shared.contracts.envelope import Envelope
from shared.contracts.member import MemberErased
from shared.eventlog.keyring import PostgresKeyring
from shared.eventlog.sealing import Sealer
from shared.kernel import clock
from shared.kernel.crashpoints import KILLED
from shared.kernel.database import connect
from shared.messaging.inbox import handle_once
from tests.support.feeds import MemoryFeed
from tests.support.gateways import KEK, assert_problem, facts_in, rows, staff, together
from tests.support.intake import PETITIONS, IntakeOffice, intake_settings
from tests.support.intake_members import OTHER_CITIZEN_ID, Someone, anonymous
from tests.support.reacting import react_in_child

QUEUE = on_member_erased.QUEUE


def erasure_of(office: IntakeOffice, member_id: UUID) -> Envelope:
    """The fact that identity tells."""
    keys = connect(office.keyring_url, size=1)
    feed = MemoryFeed("identity", Sealer(PostgresKeyring(keys, KEK)))
    (envelope,) = feed.append(f"member-{member_id}", MemberErased(subject_id=member_id), authority="*")
    keys.dispose()
    return envelope


def arrives(office: IntakeOffice, envelope: Envelope) -> None:
    handle_once(office.intake.engine, QUEUE, office.intake.desk.reactions[QUEUE], envelope)


def has_key(office: IntakeOffice, number: str) -> bool:
    """Whether anybody can still read who filed it."""
    subject = office.intake.cases.find(number).petition.subject_id
    found = rows(office.keyring_url, "SELECT wrapped IS NOT NULL FROM subject_keys WHERE subject = :s", s=subject)
    return found == [(True,)]


def told(office: IntakeOffice) -> list[str]:
    """What was told about forgetting."""
    return [kind for kind in facts_in(office.url) if kind in ("petition.erased", "petition.retained")]


def test_petitions_filed_and_claimed_are_forgotten_and_those_of_others_are_not(office: IntakeOffice) -> None:
    claimed, stranger = anonymous(office), anonymous(office, OTHER_CITIZEN_ID)
    me = Someone(office)
    me.claim()
    own = me.file()
    arrives(office, erasure_of(office, me.id))
    assert [has_key(office, number) for number in (claimed, own, stranger)] == [False, False, True]
    assert told(office) == ["petition.erased"] * 2
    (fact,) = [each for each in office.intake.feed.after(0, 100) if each.type == "petition.erased"][:1]
    assert (fact.actor, fact.data["number"]) == ("system", claimed)
    assert_problem(office.command(claimed, "add-note", text="โทรแล้ว", visibility="internal"), 409)
    assert office.done(claimed, "accept")["status"] == "accepted", "the work goes on"


def test_twice_at_once_and_after_the_inbox_was_lost_it_is_told_once(office: IntakeOffice) -> None:
    me = Someone(office)
    me.file()
    erased = erasure_of(office, me.id)
    together(lambda _: office.intake.desk.reactions[QUEUE](erased, lambda _: True), *range(4))
    arrives(office, erased)
    assert told(office) == ["petition.erased"]


def test_dead_after_the_key_was_destroyed_the_fact_follows(office: IntakeOffice, tmp_path: Path) -> None:
    me = Someone(office)
    number = me.file()
    erased, settings = erasure_of(office, me.id), intake_settings(office.url, office.keyring_url)
    assert react_in_child(QUEUE, erased, settings, tmp_path, "intake.key_destroyed") == KILLED
    assert (has_key(office, number), told(office)) == (False, [])
    arrives(office, erased)
    assert told(office) == ["petition.erased"]


def test_what_slips_in_at_the_same_moment_is_found_by_the_next_round(office: IntakeOffice) -> None:
    me = Someone(office)
    number = me.file()
    rows(office.url, "INSERT INTO erased_members VALUES (:m) RETURNING 1", m=me.id)
    assert office.intake.forgetting.sweep() == 1
    assert (has_key(office, number), office.intake.forgetting.sweep()) == (False, 0)


def test_a_petition_that_must_be_kept_is_kept_until_its_years_are_over(
    office: IntakeOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    me = Someone(office)
    kept, gone = me.file("ban"), me.file()
    arrives(office, erasure_of(office, me.id))
    assert [has_key(office, number) for number in (kept, gone)] == [True, False]
    assert sorted(told(office)) == ["petition.erased", "petition.retained"]
    (fact,) = [each for each in office.intake.feed.after(0, 100) if each.type == "petition.retained"]
    assert (fact.data["years"], "งานสารบรรณ" in fact.data["basis"]) == (1, True)
    rejected = office.client.post(f"{PETITIONS}/{kept}/reject", json={"reason": "นอกเขต"}, headers=staff("head", "ban"))
    assert rejected.status_code == 200
    now = clock.now()
    for days, left in ((2, True), (364, True), (367, False)):
        later = now + timedelta(days=days)
        monkeypatch.setattr(clock, "now", lambda later=later: later)
        office.intake.forgetting.sweep()
        assert has_key(office, kept) is left
    assert sorted(told(office)) == ["petition.erased"] * 2 + ["petition.retained"]
