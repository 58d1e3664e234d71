"""An invitation to say how it went makes exactly one text, as the authority texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from services.notification.on_survey_invited import QUEUE
from services.notification.sms.gateway import Unavailable
from services.notification.sms.memory_gateway import MemoryGateway
from shared.contracts.envelope import Envelope
from shared.contracts.survey import SurveyInvited
from shared.eventlog.keyring import PostgresKeyring
from shared.eventlog.sealing import Sealer
from shared.kernel import ids
from shared.kernel.database import connect
from shared.kernel.thai import BANGKOK
from shared.messaging.inbox import handle_once
from tests.support.feeds import MemoryFeed
from tests.support.gateways import KEK, change, erase, raised_by, raw_log, together
from tests.support.notification import PHONE, TextRoom

NUMBER = "KT1080767000011"
LINKS = {"include_link": True, "link_base": "kathu.go.th", "sender": "KATHU"}
NO_LINKS = {"include_link": False, "link_base": None, "sender": "KATHU"}


@dataclass(frozen=True)
class Invitations:
    """The log of survey, and notification that reacts to it."""

    room: TextRoom
    log: MemoryFeed

    def invited(self, **changed: Any) -> Envelope:
        """Somebody is invited."""
        told: dict[str, Any] = {
            "invitation_id": ids.new_id(), "petition_id": ids.new_id(), "number": NUMBER, "authority": "kathu",
            "resolution": 1, "subject_id": ids.new_id(), "to": PHONE, "tracking_code": "6D0M5BX",
            "tracking_url": "https://khamrong.example/t/6D0M5BX", "sms": NO_LINKS,
        }  # fmt: skip
        return self.log.append("chance-1-1", SurveyInvited.model_validate(told | changed))[0]

    def arrives(self, envelope: Envelope) -> None:
        """As a worker or a puller does: unless it was done before."""
        notification = self.room.notification
        handle_once(notification.engine, QUEUE, notification.desk.reactions[QUEUE], envelope)


@contextmanager
def survey_log(keyring_url: str) -> Iterator[MemoryFeed]:
    engine = connect(keyring_url, size=2)
    yield MemoryFeed("survey", Sealer(PostgresKeyring(engine, KEK)))
    engine.dispose()


@pytest.fixture
def invitations(room: TextRoom, set_clock: Callable[[datetime], None]) -> Iterator[Invitations]:
    """Invitations in the day, and a notification that texts through the gateway in memory."""
    set_clock(datetime(2024, 7, 8, 12, tzinfo=BANGKOK))
    with survey_log(room.keyring_url) as log:
        yield Invitations(room, log)


@pytest.mark.parametrize(
    ("policy", "text"),
    [
        (LINKS, f"คำร้อง {NUMBER} เสร็จแล้ว โปรดประเมินผลที่ kathu.go.th/6D0M5BX"),
        (NO_LINKS, f"คำร้อง {NUMBER} เสร็จแล้ว รหัส 6D0M5BX ประเมินที่เว็บเทศบาล"),
    ],
    ids=["links", "no links"],
)
def test_the_text_is_as_the_authority_texts(
    invitations: Invitations, sms: MemoryGateway, policy: dict[str, Any], text: str
) -> None:
    invitations.arrives(invitations.invited(sms=policy))
    (sent,) = sms.sent
    assert (sent.to, sent.sender, sent.text) == (PHONE, "KATHU", text)
    assert PHONE not in raw_log(invitations.room.url)
    (told,) = invitations.room.messages(NUMBER)
    assert (told["template"], told["state"]) == ("survey", "accepted")


def test_twice_at_once_and_after_the_inbox_was_lost_is_one_text(invitations: Invitations, sms: MemoryGateway) -> None:
    envelope = invitations.invited()
    assert set(together(lambda _: raised_by(invitations.arrives, envelope), *range(6))) <= {"", "TryAgain"}
    invitations.arrives(envelope)
    change(invitations.room.url, "DELETE FROM messaging.inbox")
    invitations.arrives(envelope)
    assert len(sms.sent) == 1


def test_a_gateway_that_is_away_is_tried_again(invitations: Invitations, sms: MemoryGateway) -> None:
    envelope = invitations.invited()
    sms.fail_next(Unavailable(1.0))
    assert raised_by(invitations.arrives, envelope) == "TryAgain"
    invitations.arrives(envelope)
    assert len(sms.sent) == 1


def test_the_erased_and_landlines_are_not_texted(invitations: Invitations, sms: MemoryGateway) -> None:
    erased, landline = invitations.invited(), invitations.invited(to="+6676321500")
    erase(invitations.room.keyring_url, UUID(erased.data["subject_id"]))
    for envelope in (erased, landline):
        invitations.arrives(envelope)
    assert (sms.attempts, invitations.room.recorded()) == ([], ["sms.failed", "sms.failed"])
