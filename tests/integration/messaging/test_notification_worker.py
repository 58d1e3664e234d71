"""Notification's worker over a real broker: a change is texted once, or waits for the end of the quiet hours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.sms_gateway import SmsSandboxSettings, create_app
from sandbox.sms_gateway.serving import serving
from services.notification.on_fact import QUEUE as FACTS_QUEUE
from services.notification.on_petition_status import QUEUE
from shared.contracts import petition as facts
from shared.contracts.authority import TextSettings
from shared.contracts.envelope import Envelope
from shared.kernel import clock
from shared.kernel.thai import in_bangkok
from tests.samples.petitions import AUTHORITIES, OFFICER
from tests.support.feeds import MemoryFeed
from tests.support.gateways import facts_in, rows
from tests.support.notification import notification_settings, petition_log
from tests.support.queues import Queues
from tests.support.servers import Broker
from tests.support.service_worker import service_worker
from tests.support.survey import Followed
from tests.support.tracking import case
from tests.support.waiting import eventually


@dataclass(frozen=True)
class Worker:
    """The running process's database, the log of intake whose facts it is delivered, and the phones."""

    url: str
    intake: MemoryFeed
    phones: httpx.Client

    def configure(self, **texts: Any) -> None:
        """What the authority has set."""
        profile = AUTHORITIES["kathu"]
        settings = profile.settings.model_copy(update={"texts": TextSettings(**texts)})
        self.intake.append("authority-kathu", profile.model_copy(update={"settings": settings}))

    def accepted(self, running: int) -> Envelope:
        """A petition was filed, and received just now."""
        one = Followed(self.intake, case(running))
        one.filed()
        one.happens(facts.PetitionAccepted, officer=OFFICER)
        self.intake.envelopes[-1] = self.intake.envelopes[-1].model_copy(update={"time": clock.now()})
        return self.intake.envelopes[-1]

    def texts(self) -> list[str]:
        """What the phones show."""
        return [each["text"] for each in self.phones.get("/messages").json()]


@pytest.fixture
def worker(migrated: Callable[[str], str], keyring_url: str, rabbitmq: Broker, tmp_path: Path) -> Iterator[Worker]:
    """`python -m services.notification worker`, with the sandbox's phones."""
    url, settings = migrated("notification"), SmsSandboxSettings(folder=tmp_path / "sandbox", receipt_delay_seconds=0)
    with serving(create_app(settings)) as base, httpx.Client(base_url=base) as phones:
        own = notification_settings(url, keyring_url, sms_url=base)
        with petition_log(keyring_url) as intake, service_worker("notification", own, rabbitmq, tmp_path):
            yield Worker(url, intake, phones)


def test_texts_go_once_and_those_of_the_quiet_hours_are_written_down(worker: Worker, queues: Queues) -> None:
    worker.configure(quiet_from="00:00", quiet_until="00:00")
    told = worker.accepted(1)
    now = in_bangkok(clock.now())
    begins, ends = ((now + timedelta(hours=hours)).time().replace(microsecond=0) for hours in (-2, 2))
    worker.configure(quiet_from=begins, quiet_until=ends)
    waits = worker.accepted(2)
    for envelope in worker.intake.envelopes[:3]:
        queues.deliver(FACTS_QUEUE, envelope)
    for envelope in (told, told):
        queues.deliver(QUEUE, envelope)
    eventually(lambda: len(worker.texts()) == 1 and queues.depth(QUEUE) == 0, 60, pause=0.1)
    for envelope in worker.intake.envelopes[3:]:
        queues.deliver(FACTS_QUEUE, envelope)
    queues.deliver(QUEUE, waits)
    written = "SELECT event_id FROM messaging.failures WHERE queue = :queue AND due_at > now() + interval '1 hour'"
    eventually(lambda: rows(worker.url, written, queue=QUEUE) == [(waits.id,)], 60, pause=0.1)
    eventually(lambda: queues.depth(QUEUE) == 0, 30, pause=0.1)
    assert worker.texts() == ["คำร้อง KT1080767000001 รับเรื่องแล้ว โดยกองช่าง"]
    assert facts_in(worker.url) == ["sms.requested", "sms.accepted"]
