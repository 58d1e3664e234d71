"""Intake's worker over a real broker: what is delivered twice is done once, and time is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from services.intake.on_petition_ended import QUEUE as ENDED
from services.intake.on_survey_answered import QUEUE
from shared.eventlog.keyring import PostgresKeyring
from shared.eventlog.sealing import Sealer
from shared.kernel import clock
from shared.kernel.database import connect
from tests.samples.petitions import KATHU
from tests.support.feeds import MemoryFeed
from tests.support.gateways import KEK, facts_in, rows
from tests.support.intake import intake_office, intake_settings
from tests.support.queues import Queues
from tests.support.reopening import RESOLVE, Answers
from tests.support.servers import Broker
from tests.support.service_worker import service_worker
from tests.support.waiting import eventually


def test_an_answer_delivered_twice_is_one_request(
    migrated: Callable[[str], str], keyring_url: str, rabbitmq: Broker, queues: Queues, tmp_path: Path
) -> None:
    url, keys = migrated("intake"), connect(keyring_url, size=2)
    settings = intake_settings(url, keyring_url)
    with intake_office(url, keyring_url) as office, service_worker("intake", settings, rabbitmq, tmp_path):
        answers = Answers(office, MemoryFeed("survey", Sealer(PostgresKeyring(keys, KEK))))
        given = [answers.given(answers.ended(), reopen=reopen) for reopen in (True, False, True)]
        for envelope in [*given, *given]:
            queues.deliver(QUEUE, envelope)
        eventually(lambda: len(rows(url, "SELECT 1 FROM messaging.inbox")) == 3, 60, pause=0.1)
        eventually(lambda: queues.depth(QUEUE) == 0, 30, pause=0.1)
        assert answers.requests() == 2
    keys.dispose()


def test_merged_petitions_end_and_plans_take_effect(
    migrated: Callable[[str], str], keyring_url: str, rabbitmq: Broker, queues: Queues, tmp_path: Path
) -> None:
    url = migrated("intake")
    with intake_office(url, keyring_url) as office:
        main, merged = office.number(), office.number()
        office.done(main, "accept")
        office.done(merged, "merge", into_number=main)
        office.done(main, "resolve", **RESOLVE)
        resolved = office.intake.feed.after(0, 100)[-1]
        planned = KATHU.model_copy(update={"about": "ย้ายที่ทำการ"})
        office.intake.planning.plan(planned, clock.now() + timedelta(milliseconds=1), "staff-7", 1)
        with service_worker("intake", intake_settings(url, keyring_url), rabbitmq, tmp_path):
            for _ in range(2):
                queues.deliver(ENDED, resolved)
            eventually(lambda: office.intake.cases.find(merged).petition.status == "resolved", 60, pause=0.1)
            eventually(lambda: office.intake.authorities.all()["kathu"].about == "ย้ายที่ทำการ", 60, pause=0.1)
            eventually(lambda: queues.depth(ENDED) == 0, 30, pause=0.1)
        assert facts_in(url).count("petition.resolved") == 2
