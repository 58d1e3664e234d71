"""A petitioner hears by text how the petition goes: once each, in the authority's hours, and nothing that is untrue."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest

from services.notification.on_survey_invited import QUEUE as INVITED
from services.notification.sms.gateway import Outcome, Sms, Unavailable
from services.notification.sms.memory_gateway import MemoryGateway
from shared.contracts import petition as facts
from shared.contracts.authority import StatusText
from shared.contracts.envelope import Envelope
from shared.contracts.petition_deadlines import InformationReminded
from shared.contracts.survey import SurveyInvited
from shared.kernel import ids
from shared.kernel.thai import BANGKOK
from tests.samples.petitions import AUTHORITIES, HEALTH, OFFICER, WORKS
from tests.support.feeds import MemoryFeed
from tests.support.gateways import change, erase, raised_by, raw_log, staff, together
from tests.support.notification import PHONE, TextRoom, text_room
from tests.support.survey import Followed
from tests.support.town import Town
from tests.support.tracking import NO_LINKS, case

DAY, NIGHT = datetime(2024, 7, 8, 19, tzinfo=BANGKOK), datetime(2024, 7, 8, 22, tzinfo=BANGKOK)
MORNING = datetime(2024, 7, 9, 8, tzinfo=BANGKOK)
SetClock = Callable[[datetime], None]
NUMBER = "KT1080767000001"


@pytest.fixture
def town(room: TextRoom, set_clock: SetClock) -> Town:
    """In the day, with nothing told."""
    set_clock(DAY)
    return Town(room)


def accepted(one: Followed) -> Envelope:
    return one.happens(facts.PetitionAccepted, officer=OFFICER)


def test_each_step_is_told_in_words_that_fit_into_one_part(town: Town, sms: MemoryGateway) -> None:
    town.configure()
    one = town.petition()
    town.arrives(accepted(one))
    town.arrives(one.happens(facts.PetitionStarted))
    town.arrives(one.happens(facts.PetitionScheduled, scheduled_for=DAY + timedelta(days=3)))
    town.arrives(one.happens(facts.InformationRequested, question="ขอภาพถ่าย"))
    town.arrives(one.resolved())
    town.arrives(one.reopened())
    town.arrives(one.happens(facts.PetitionRejected, reason="อยู่นอกเขต"))
    link = f"kathu.go.th/{one.case.code}"
    assert [text.text for text in sms.sent] == [
        f"คำร้อง {NUMBER} รับเรื่องแล้ว โดยกองช่าง",
        f"คำร้อง {NUMBER} มีกำหนดดำเนินการวันที่ 11 ก.ค. 2567",
        f"คำร้อง {NUMBER} ขอข้อมูลเพิ่ม โปรดตอบที่ {link}",
        f"คำร้อง {NUMBER} ดำเนินการเสร็จแล้ว ดูผลที่ {link}",
        f"คำร้อง {NUMBER} เปิดเรื่องอีกครั้งแล้ว จะแจ้งผลให้ทราบต่อไป",
        f"คำร้อง {NUMBER} ไม่รับเรื่อง ดูเหตุผลที่ {link}",
    ]
    assert {(text.to, text.sender) for text in sms.sent} == {(PHONE, "KATHU")}
    assert PHONE not in raw_log(town.room.url)
    assert [each["segments"] for each in town.room.messages(NUMBER)] == [1] * 6


def test_at_night_texts_wait_over_a_restart_and_only_what_is_true_goes_out_once(
    town: Town, sms: MemoryGateway, set_clock: SetClock
) -> None:
    town.configure()
    still, gone, both = town.petition(1), town.petition(2), town.petition(3)
    accepted(still), accepted(gone), accepted(both)
    set_clock(NIGHT)
    town.look()
    assert (sms.sent, town.waiting()) == ([], 3)
    gone.happens(facts.PetitionWithdrawn, reason=None)
    both.happens(facts.InformationRequested, question="ขอภาพถ่าย")
    set_clock(MORNING - timedelta(seconds=1))
    town.look()
    assert (sms.sent, town.waiting()) == ([], 4)
    set_clock(MORNING)
    town.look()
    town.look()
    assert sorted((text.text.split()[1], "ขอข้อมูล" in text.text) for text in sms.sent) == [
        ("KT1080767000001", False),
        ("KT1080767000003", True),
    ]
    assert town.waiting() == 0


def test_a_gateway_that_is_away_in_the_morning_is_tried_again(
    town: Town, sms: MemoryGateway, set_clock: SetClock
) -> None:
    town.configure()
    accepted(town.petition())
    set_clock(NIGHT)
    town.look()
    sms.fail_next(Unavailable(1.0))
    set_clock(MORNING)
    town.look()
    assert (sms.sent, town.waiting()) == ([], 1)
    set_clock(MORNING + timedelta(seconds=2))
    town.look()
    assert (len(sms.sent), town.waiting()) == (1, 0)


def test_an_authority_without_quiet_hours_texts_at_night_and_what_it_switched_off_is_not_told(
    town: Town, sms: MemoryGateway, set_clock: SetClock
) -> None:
    town.configure(
        StatusText(event="started", on=True, wording="{number}: {department} โทร {phone}"),
        StatusText(event="accepted", on=False),
        quiet_from=time(0),
        quiet_until=time(0),
    )
    one = town.petition()
    set_clock(NIGHT)
    town.arrives(accepted(one))
    one.happens(facts.PetitionTransferred, previous_department=WORKS, department=HEALTH, reason="อยู่ในหน้าที่")
    town.arrives(one.happens(facts.PetitionStarted))
    assert [text.text for text in sms.sent] == [f"{NUMBER}: {HEALTH.name} โทร {AUTHORITIES['kathu'].phone}"]


def test_twice_at_once_and_after_the_inbox_was_lost_is_one_text(town: Town, sms: MemoryGateway) -> None:
    town.configure()
    envelope = accepted(town.petition())
    assert set(together(lambda _: raised_by(town.arrives, envelope), *range(6))) <= {"", "TryAgain"}
    town.arrives(envelope)
    change(town.room.url, "DELETE FROM messaging.inbox")
    town.arrives(envelope)
    assert len(sms.sent) == 1


class Died(BaseException):
    """The process ended here."""


class DyingGateway(MemoryGateway):
    """Ends the process once, when the text is on the phone and nobody knows."""

    died = False

    def send(self, message: Sms) -> Outcome:
        outcome = super().send(message)
        if not self.died:
            self.died = True
            raise Died
        return outcome


def test_dead_after_the_call_it_is_one_text(notification_url: str, keyring_url: str, set_clock: SetClock) -> None:
    set_clock(DAY)
    sms = DyingGateway()
    with text_room(notification_url, keyring_url, sms) as room:
        town = Town(room)
        town.configure()
        envelope = accepted(town.petition())
        with pytest.raises(Died):
            town.arrives(envelope)
    with text_room(notification_url, keyring_url, sms) as room:
        room.petitions.envelopes += town.room.petitions.envelopes
        Town(room).arrives(envelope)
        Town(room).arrives(envelope)
        assert (len(sms.sent), room.recorded()) == (1, ["sms.requested", "sms.requested", "sms.accepted"])


def test_out_of_order_only_the_last_is_told(town: Town, sms: MemoryGateway) -> None:
    town.configure()
    one = town.petition()
    first, last = accepted(one), one.resolved()
    town.arrives(last)
    town.arrives(first)
    assert ["เสร็จแล้ว" in text.text for text in sms.sent] == [True]


def test_a_reminder_is_told_in_its_own_words_until_the_answer_came(town: Town, sms: MemoryGateway) -> None:
    town.configure(StatusText(event="information_requested", on=True, wording="{number} ถาม: {question}"))
    one = town.petition()
    asked = {"question": "ขอภาพถ่าย", "asked_at": DAY, "expires_at": DAY + timedelta(days=7)}
    town.arrives(one.happens(facts.InformationRequested, question="ขอภาพถ่าย"))
    town.arrives(one.happens(InformationReminded, **asked))
    late = one.happens(InformationReminded, **asked)
    town.arrives(one.happens(facts.InformationProvided, text="แนบแล้ว"), "notification.facts")
    town.arrives(late)
    link = f"kathu.go.th/{one.case.code}"
    assert [text.text for text in sms.sent] == [
        f"{NUMBER} ถาม: ขอภาพถ่าย",
        f"คำร้อง {NUMBER} รอข้อมูลจากท่าน โปรดตอบที่ {link}",
    ]
    assert [each["template"] for each in town.room.messages(NUMBER)] == [
        "information_requested",
        "information_reminded",
    ]


def test_what_happened_days_ago_is_not_told_any_more(town: Town, sms: MemoryGateway, set_clock: SetClock) -> None:
    """So a service that begins to tell does not text about all that was before it."""
    town.configure()
    envelope = accepted(town.petition())
    set_clock(DAY + timedelta(days=4))
    town.arrives(envelope)
    assert (sms.attempts, town.room.recorded()) == ([], [])


def test_the_erased_and_landlines_are_not_texted(town: Town, sms: MemoryGateway) -> None:
    town.configure()
    erased, landline = town.petition(1), Followed(town.room.petitions, case(2))
    person = landline.case.filed().petitioner.model_copy(update={"phone": "+6676321500"})  # type: ignore[attr-defined]
    landline.filed(petitioner=person)
    told = [accepted(erased), accepted(landline)]
    erase(town.room.keyring_url, erased.case.subject_id)
    for envelope in told:
        town.arrives(envelope)
    assert (sms.attempts, town.room.recorded()) == ([], ["sms.failed", "sms.failed"])


def test_an_invitation_waits_for_the_morning_too_and_not_when_the_petition_was_reopened(
    town: Town, sms: MemoryGateway, set_clock: SetClock, invited: Callable[[Followed], Envelope]
) -> None:
    town.configure(invite=True)
    one, other = town.petition(1), town.petition(2)
    for each in (one, other):
        town.arrives(each.resolved())
    told = [invited(one), invited(other)]
    set_clock(NIGHT)
    assert [raised_by(town.arrives, each, INVITED) for each in told] == ["Postponed"] * 2
    town.arrives(other.reopened(), "notification.facts")
    set_clock(MORNING)
    for each in told:
        town.arrives(each, INVITED)
    assert [text.text.split()[1] for text in sms.sent] == [one.case.number]


@pytest.fixture
def invited(room: TextRoom) -> Callable[[Followed], Envelope]:
    """An invitation in survey's log to say how a petition went."""
    log = MemoryFeed("survey", room.petitions.sealer)

    def invite(one: Followed) -> Envelope:
        fact = one.case.fact(
            SurveyInvited, invitation_id=ids.new_id(), resolution=1, to=PHONE, tracking_code=one.case.code,
            tracking_url=f"https://khamrong.example/t/{one.case.code}", sms=NO_LINKS,
        )  # fmt: skip
        return log.append(f"chance-{one.case.petition_id}-1", fact)[0]

    return invite


def test_staff_of_one_department_see_the_texts_of_its_petitions_alone(town: Town) -> None:
    town.configure()
    one = town.petition()
    town.arrives(accepted(one))

    def seen_by(department: str | None) -> int:
        query, headers = {"number": one.case.number}, staff("officer", department=department)
        return len(town.room.client.get("/api/notification/v1/messages", params=query, headers=headers).json())

    assert [seen_by(each) for each in (None, "works", "health")] == [1, 1, 0]
    town.arrives(one.happens(facts.PetitionAssigned, department=HEALTH), "notification.facts")
    assert [seen_by(each) for each in (None, "works", "health")] == [1, 0, 1]
