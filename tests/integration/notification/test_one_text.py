"""A filing makes exactly one text, however often the reaction runs and wherever it dies."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from sandbox.sms_gateway import SmsSandboxSettings, create_app
from sandbox.sms_gateway.serving import serving
from services.notification.on_petition_filed import QUEUE
from services.notification.outbound import MOST_UNKNOWN, TryAgain
from services.notification.sms.gateway import Outcome, Rejected, Sms, Unavailable, Unknown
from services.notification.sms.memory_gateway import MemoryGateway
from shared.contracts.petition import SmsPolicy
from shared.kernel.crashpoints import KILLED
from tests.support.gateways import erase, raised_by, rows, together
from tests.support.notification import PHONE, TextRoom, filed_in, notification_settings, petition_log, text_room
from tests.support.reacting import react_in_child

SENT = ["sms.requested", "sms.accepted"]


class HeldGateway(MemoryGateway):
    """Keeps each call waiting until it is let go."""

    def __init__(self, honours_reference: bool) -> None:
        super().__init__(honours_reference=honours_reference)
        self.called, self.go = threading.Event(), threading.Event()

    def send(self, message: Sms) -> Outcome:
        self.called.set()
        assert self.go.wait(10)
        return super().send(message)


class HastyGateway(MemoryGateway):
    """The phone rings, and the provider tells it, before its answer reaches us."""

    def __init__(self) -> None:
        super().__init__()
        self.before_answering: Callable[[], object] = lambda: None

    def send(self, message: Sms) -> Outcome:
        outcome = super().send(message)
        self.before_answering()
        return outcome


class CrowdedGateway(MemoryGateway):
    """Answers when as many wait as it was made for."""

    def __init__(self, many: int, honours_reference: bool) -> None:
        super().__init__(honours_reference=honours_reference)
        self._all_there = threading.Barrier(many)

    def send(self, message: Sms) -> Outcome:
        self._all_there.wait(30)
        return super().send(message)


@contextmanager
def sandbox(folder: Path) -> Iterator[tuple[str, httpx.Client]]:
    """The SMS sandbox over real HTTP."""
    settings = SmsSandboxSettings(folder=folder, receipt_delay_seconds=0)
    with serving(create_app(settings)) as base, httpx.Client(base_url=base) as client:
        yield base, client


def test_the_text_has_the_number_and_the_code_and_no_link(room: TextRoom, sms: MemoryGateway) -> None:
    room.react(room.filed(tracking_code="7QX4M2P", number="KT1080767000011"))
    (text,) = sms.sent
    assert (text.to, text.sender) == (PHONE, "KATHU")
    assert text.text == "เลขคำร้อง KT1080767000011 รหัสติดตาม 7QX4M2P ตรวจผลที่เว็บเทศบาล"
    assert room.recorded() == SENT


def test_with_links_switched_on_the_text_has_the_authoritys_own(room: TextRoom, sms: MemoryGateway) -> None:
    policy = SmsPolicy(include_link=True, link_base="kathu.go.th", sender="KATHU")
    room.react(room.filed(tracking_code="7QX4M2P", sms=policy))
    assert sms.sent[0].text.endswith("kathu.go.th/7QX4M2P")


def test_twice_is_once(room: TextRoom, sms: MemoryGateway) -> None:
    envelope = room.filed()
    room.react(envelope)
    room.react(envelope)
    assert (len(sms.attempts), room.recorded()) == (1, SENT)


def test_again_after_the_inbox_was_lost_is_once(room: TextRoom, sms: MemoryGateway) -> None:
    """A restored database, a queue that was replayed: the message's own facts tell that it was sent."""
    envelope = room.filed()
    room.react(envelope)
    with room.notification.engine.begin() as transaction:
        transaction.exec_driver_sql("DELETE FROM messaging.inbox")
    room.react(envelope)
    assert (len(sms.attempts), room.recorded()) == (1, SENT)


def test_many_times_at_once_is_once(room: TextRoom, sms: MemoryGateway) -> None:
    envelope = room.filed()
    told = together(lambda _: raised_by(room.react, envelope), *range(8))
    assert set(told) <= {"", "TryAgain"}
    room.react(envelope)
    assert (len(sms.sent), room.recorded()) == (1, SENT)


@pytest.mark.parametrize("honours_reference", [True, False])
def test_texts_that_go_at_the_same_time_share_commits(
    notification_url: str, keyring_url: str, honours_reference: bool
) -> None:
    many = 24
    sms = CrowdedGateway(many, honours_reference)
    with text_room(notification_url, keyring_url, sms) as room:
        filed = [room.filed() for _ in range(many)]
        together(room.react, *filed, threads=many)
        assert sorted(room.recorded()) == sorted(SENT * many)
        assert {text.reference for text in sms.sent} == {str(room.message_id(envelope)) for envelope in filed}
        commits = rows(room.url, "SELECT DISTINCT recorded_at FROM eventlog.facts WHERE type = 'sms.accepted'")
        assert len(commits) < many
        assert len(rows(room.url, "SELECT event_id FROM messaging.inbox")) == many
        assert len(rows(room.url, "SELECT message_id FROM messages WHERE provider_ref IS NOT NULL")) == many


def test_one_person_erased_meanwhile_stops_nobody_elses_text(room: TextRoom, sms: MemoryGateway) -> None:
    """Filings that are handled at the same time share commits, and one of them cannot be sealed any more."""
    filed = [room.filed() for _ in range(8)]
    erase(room.keyring_url, UUID(filed[3].data["subject_id"]))
    assert together(lambda envelope: raised_by(room.react, envelope), *filed) == [""] * 8
    assert len(sms.sent) == 7
    assert sorted(room.recorded()) == sorted(SENT * 7 + ["sms.failed"])


def test_a_receipt_that_is_faster_than_the_answer(notification_url: str, keyring_url: str) -> None:
    sms = HastyGateway()
    with text_room(notification_url, keyring_url, sms) as room:
        envelope = room.filed()
        sms.before_answering = lambda: room.receipt(envelope, "DELIVERED")
        room.react(envelope)
        assert room.recorded() == ["sms.requested", "sms.delivered", "sms.accepted"]
        assert room.messages()[0]["state"] == "delivered"
        room.react(envelope)
        assert len(sms.attempts) == 1


@pytest.mark.parametrize("honours_reference", [True, False])
def test_while_one_waits_for_the_provider_no_other_sends(
    notification_url: str, keyring_url: str, honours_reference: bool
) -> None:
    """In the same process; in another one as well where the provider would send a repeated reference again."""
    sms = HeldGateway(honours_reference)
    with text_room(notification_url, keyring_url, sms) as room, text_room(notification_url, keyring_url, sms) as other:
        envelope = room.filed()
        first = threading.Thread(target=room.react, args=(envelope,))
        first.start()
        assert sms.called.wait(10)
        for one in (room,) if honours_reference else (room, other):
            with pytest.raises(TryAgain):
                one.react(envelope)
        sms.go.set()
        first.join(10)
        other.react(envelope)
        assert (len(sms.attempts), room.recorded()) == (1, SENT)


@pytest.mark.parametrize(
    ("point", "before"), [("notification.requested", 0), ("notification.sent", 1)], ids=["before the call", "after it"]
)
def test_a_crash_beside_the_call_is_one_text(
    notification_url: str, keyring_url: str, tmp_path: Path, point: str, before: int
) -> None:
    with sandbox(tmp_path / "sandbox") as (base, client), petition_log(keyring_url) as petitions:
        settings = notification_settings(notification_url, keyring_url, sms_url=base)
        envelope = filed_in(petitions)
        assert react_in_child(QUEUE, envelope, settings, tmp_path, crash_at=point) == KILLED
        assert client.get("/ledger").json()["sends"] == before
        with text_room(notification_url, keyring_url, sms_url=base) as room:
            assert room.recorded() == ["sms.requested"]
            room.react(envelope)
            room.react(envelope)
            assert room.recorded() == ["sms.requested", "sms.requested", "sms.accepted"]
        assert client.get("/ledger").json()["sends"] == 1
        assert len(client.get("/messages", params={"to": PHONE}).json()) == 1


def test_a_gateway_that_is_away_is_tried_again(room: TextRoom, sms: MemoryGateway) -> None:
    envelope = room.filed()
    sms.fail_next(Unavailable(1.0), times=2)
    for _ in range(2):
        with pytest.raises(TryAgain, match="Unavailable"):
            room.react(envelope)
    assert sms.sent == []
    room.react(envelope)
    assert (len(sms.sent), room.recorded()) == (1, ["sms.requested"] * 3 + ["sms.accepted"])


def test_an_account_at_fault_is_tried_again(room: TextRoom, sms: MemoryGateway) -> None:
    """Credit ran out: once it is mended, the text goes."""
    envelope = room.filed()
    sms.fail_next(Rejected("no_credit", permanent=False))
    with pytest.raises(TryAgain):
        room.react(envelope)
    room.react(envelope)
    assert room.recorded()[-1] == "sms.accepted"


@pytest.mark.parametrize("accepted", [True, False])
def test_an_unknown_outcome_is_recorded_and_tried_with_the_same_reference(
    room: TextRoom, sms: MemoryGateway, accepted: bool
) -> None:
    envelope = room.filed()
    sms.fail_next(Unknown(), accepted=accepted)
    with pytest.raises(TryAgain):
        room.react(envelope)
    assert room.recorded() == ["sms.requested", "sms.outcome_unknown"]
    room.react(envelope)
    assert room.recorded()[2:] == SENT
    assert len(sms.sent) == 1
    assert {text.reference for text in sms.attempts} == {str(room.message_id(envelope))}


def test_where_nothing_is_ever_told_the_citizen_is_not_texted_for_ever(notification_url: str, keyring_url: str) -> None:
    sms = MemoryGateway(honours_reference=False)
    sms.fail_next(Unknown(), accepted=True, times=10)
    with text_room(notification_url, keyring_url, sms) as room:
        envelope = room.filed()
        assert [raised_by(room.react, envelope) for _ in range(4)] == ["TryAgain"] * MOST_UNKNOWN + ["", ""]
        assert room.recorded()[-1] == "sms.failed"
        assert room.messages()[0]["state"] == "failed"
        assert room.receipt(envelope, "DELIVERED").status_code == 200
        assert room.messages()[0]["state"] == "delivered"
    assert len(sms.sent) == MOST_UNKNOWN


def test_what_the_provider_refuses_for_good_has_failed(room: TextRoom, sms: MemoryGateway) -> None:
    envelope = room.filed()
    sms.fail_next(Rejected("bad_phone_number"))
    room.react(envelope)
    room.react(envelope)
    assert (len(sms.attempts), room.recorded()) == (1, ["sms.requested", "sms.failed"])


def test_nobody_texts_a_landline(room: TextRoom, sms: MemoryGateway) -> None:
    room.react(room.filed(phone="+6676321500"))
    assert (sms.attempts, room.recorded()) == ([], ["sms.failed"])
    (told,) = room.messages()
    assert (told["state"], told["template"], told["attempts"]) == ("failed", None, 0)


def test_nobody_texts_a_person_who_was_erased(room: TextRoom, sms: MemoryGateway) -> None:
    envelope = room.filed()
    erase(room.keyring_url, UUID(envelope.data["subject_id"]))
    room.react(envelope)
    room.react(envelope)
    assert (sms.attempts, room.recorded()) == ([], ["sms.failed"])


def test_erased_between_two_attempts_nothing_more_is_sent(room: TextRoom, sms: MemoryGateway) -> None:
    envelope = room.filed()
    sms.fail_next(Unavailable())
    with pytest.raises(TryAgain):
        room.react(envelope)
    erase(room.keyring_url, UUID(envelope.data["subject_id"]))
    room.react(envelope)
    assert (sms.sent, room.recorded()) == ([], ["sms.requested", "sms.failed"])


def test_a_text_that_cannot_be_written_is_not_begun(room: TextRoom, sms: MemoryGateway) -> None:
    """A sender's name that no operator takes: an operator of ours has to mend it."""
    envelope = room.filed(sms=SmsPolicy(include_link=False, link_base=None, sender="FAR TOO LONG"))
    with pytest.raises(ValueError, match="sender"):
        room.react(envelope)
    assert (sms.attempts, room.recorded()) == ([], [])


def test_a_providers_name_for_two_messages_stops_nothing(room: TextRoom, sms: MemoryGateway) -> None:
    """A provider that begins to count anew."""
    with room.notification.engine.begin() as transaction:
        transaction.exec_driver_sql(
            "INSERT INTO messages VALUES (gen_random_uuid(), 'KT1080767000001', 'kathu', 'memory-1')"
        )
    room.react(room.filed())
    assert room.recorded() == SENT
