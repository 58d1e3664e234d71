"""Intake's worker over a real broker: an answer that asks to reopen, delivered twice, is one request."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from services.intake.on_survey_answered import QUEUE
from shared.eventlog.keyring import PostgresKeyring
from shared.eventlog.sealing import Sealer
from shared.kernel.database import connect
from tests.support.feeds import MemoryFeed
from tests.support.gateways import KEK, rows
from tests.support.intake import intake_office, intake_settings
from tests.support.queues import Queues
from tests.support.reopening import Answers
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
