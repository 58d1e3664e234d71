"""Survey's worker over a real broker: facts delivered twice and mixed make one read model and one invitation each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from services.survey.on_fact import QUEUE as FACTS_QUEUE
from services.survey.on_petition_resolved import QUEUE as RESOLVED_QUEUE
from shared.eventlog.keyring import PostgresKeyring
from shared.eventlog.sealing import Sealer
from shared.kernel.database import connect
from tests.samples.petitions import AUTHORITIES
from tests.support.feeds import MemoryFeed
from tests.support.gateways import KEK, facts_in, rows
from tests.support.queues import Queues
from tests.support.servers import Broker
from tests.support.service_worker import service_worker
from tests.support.survey import Followed, survey_settings
from tests.support.tracking import case
from tests.support.waiting import eventually


@dataclass(frozen=True)
class Worker:
    """The running process's database, and the log of intake whose facts it is delivered."""

    url: str
    intake: MemoryFeed

    def followed(self) -> int:
        """How far its read models are in intake's log."""
        sql = "SELECT min(position) FROM projecting.checkpoints WHERE source = 'intake'"
        return int(rows(self.url, sql)[0][0])


@pytest.fixture
def worker(migrated: Callable[[str], str], keyring_url: str, rabbitmq: Broker, tmp_path: Path) -> Iterator[Worker]:
    """`python -m services.survey worker`."""
    url, keys = migrated("survey"), connect(keyring_url, size=2)
    with service_worker("survey", survey_settings(url, keyring_url), rabbitmq, tmp_path):
        yield Worker(url, MemoryFeed("intake", Sealer(PostgresKeyring(keys, KEK))))
    keys.dispose()


def test_facts_delivered_twice_are_one_read_model_and_one_invitation(worker: Worker, queues: Queues) -> None:
    worker.intake.append("authority-kathu", AUTHORITIES["kathu"])
    petitions = [Followed(worker.intake, case(running)) for running in range(1, 4)]
    for one in petitions:
        one.filed()
    resolved = [one.resolved() for one in petitions]
    for envelope in [*worker.intake.envelopes, *worker.intake.envelopes[2:]]:
        queues.deliver(FACTS_QUEUE, envelope)
    eventually(lambda: worker.followed() == worker.intake.head(), 60, pause=0.1)
    for envelope in [*resolved, *reversed(resolved)]:
        queues.deliver(RESOLVED_QUEUE, envelope)
    eventually(lambda: len(facts_in(worker.url)) == 3, 60, pause=0.1)
    eventually(lambda: handled(worker) == 3 and queues.depth(RESOLVED_QUEUE) == 0, 30, pause=0.1)
    assert facts_in(worker.url) == ["survey.invited"] * 3
    assert rows(worker.url, "SELECT DISTINCT jsonb_array_length(resolutions), state FROM survey.petition") == [
        (1, "resolved")
    ]


def handled(worker: Worker) -> int:
    """How many resolutions the inbox holds."""
    sql = "SELECT count(*) FROM messaging.inbox WHERE queue = :queue"
    return int(rows(worker.url, sql, queue=RESOLVED_QUEUE)[0][0])
