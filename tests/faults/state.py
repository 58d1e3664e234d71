"""What a stack has stored, read past its own processes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import sqlalchemy as sa
from minio import Minio

from khamrong import environment
from khamrong.auditing import logs
from khamrong.installation import WITH_LOG
from khamrong.stack import Stack
from services.tracking.projections import PROJECTIONS, petition
from shared.contracts.envelope import Envelope
from shared.kernel.database import connect
from shared.messaging.feed import LogFeed
from shared.messaging.topology import FACTS
from shared.projecting.status import status
from tests.support.waiting import eventually

PAGE = 1_000
BUCKET = "khamrong"
BEHIND = "SELECT (SELECT position FROM eventlog.head) - (SELECT position FROM messaging.relay)"
QUEUES = frozenset(queue.name for queue in FACTS.queues())


@dataclass(frozen=True, repr=False)
class State:
    """Questions to the logs, the read models, the broker, the S3 server and the sandbox's phones."""

    stack: Stack
    feeds: Mapping[str, LogFeed]
    engines: Mapping[str, sa.Engine]
    client: httpx.Client

    def facts(self, service: str) -> list[Envelope]:
        """A whole log."""
        found: list[Envelope] = []
        while page := self.feeds[service].after(len(found), PAGE):
            found += page
        return found

    def facts_of(self, number: str) -> Counter[str]:
        """How many facts of each type there are about a petition, in all logs."""
        count = "SELECT type, count(*) FROM eventlog.facts WHERE data ->> 'number' = :number GROUP BY type"
        return Counter(dict(row for service in WITH_LOG for row in self.rows(service, count, number=number)))

    def count(self, service: str, fact_type: str) -> int:
        """For how many petitions there are facts of a type."""
        counting = "SELECT count(DISTINCT data ->> 'number') FROM eventlog.facts WHERE type = :fact_type"
        return int(self.rows(service, counting, fact_type=fact_type)[0][0])

    def rows(self, service: str, sql: str, **values: Any) -> list[tuple[Any, ...]]:
        """The answer of a service's database to a superuser."""
        with self.engines[service].connect() as connection:
            return [tuple(row) for row in connection.execute(sa.text(sql), values)]

    def change(self, service: str, *statements: str, **values: Any) -> None:
        """What a superuser does to a service's database, in one transaction."""
        with self.engines[service].begin() as transaction:
            for statement in statements:
                transaction.execute(sa.text(statement), values)

    def texts(self) -> list[str]:
        """All texts on the sandbox's phones."""
        return [message["text"] for message in self.client.get("/sandbox/sms/messages").raise_for_status().json()]

    def files(self, prefix: str) -> dict[str, int]:
        """Name and size of what the S3 server holds; nothing before the first file made the bucket."""
        store = self._store()
        listed = store.list_objects(BUCKET, prefix, recursive=True) if store.bucket_exists(BUCKET) else ()
        return {str(file.object_name): file.size or 0 for file in listed}

    def contents(self) -> Iterator[tuple[str, bytes]]:
        """Name and octets of everything that the S3 server holds."""
        store = self._store()
        for name in self.files(""):
            with closing(store.get_object(BUCKET, name)) as answer:
                yield f"s3 {name}", answer.data

    def _store(self) -> Minio:
        settings = self.stack.settings
        key, secret = settings["KHAMRONG_S3_ACCESS_KEY"], settings["KHAMRONG_S3_SECRET_KEY"]
        return Minio(settings["KHAMRONG_S3_ENDPOINT"], key, secret, secure=False)

    def tracking_rows(self) -> dict[Any, dict[str, Any]]:
        """The read model of petitions."""
        with self.engines["tracking"].connect() as connection:
            rows = connection.execute(sa.select(petition.TABLE)).mappings().all()
        return {row["petition_id"]: dict(row) for row in rows}

    def depths(self) -> dict[str, int]:
        """Messages in each queue that has any, ready or unacknowledged."""
        return {name: depth for name, depth in self.stack.broker.depths().items() if name in QUEUES}

    def settle(self, seconds: float = 60.0) -> None:
        """Return once all facts are published, handled and projected, all texts delivered, and all queues empty.

        Meanwhile a process that ends is started again: one that starts while the broker is away gives up.
        """
        try:
            eventually(lambda: not self.stack.revive() and not self.unrest(), seconds, pause=1.0)
        except AssertionError:
            raise AssertionError(f"after {seconds:g} s: {self.unrest()}") from None

    def unrest(self) -> list[str]:
        """What is still under way: the first kind of work that is."""
        return self._untold() or self._unpublished() or self._unprojected() or self._waiting()

    def _untold(self) -> list[str]:
        filed = self.count("intake", "petition.filed")
        awaited = {"document.rendered": "documents", "sms.delivered": "notification"}
        told = {fact_type: self.count(service, fact_type) for fact_type, service in awaited.items()}
        return [f"{count} {fact_type} for {filed} petitions" for fact_type, count in told.items() if count < filed]

    def _unpublished(self) -> list[str]:
        asked = {service: self.rows(service, BEHIND)[0][0] for service in WITH_LOG}
        return [f"{count} facts of {service} not published" for service, count in asked.items() if count]

    def _unprojected(self) -> list[str]:
        found = status(self.engines["tracking"], PROJECTIONS, self.feeds)
        return [f"{one.projection} is {one.lag} facts of {one.source} behind" for one in found if one.lag]

    def _waiting(self) -> list[str]:
        return [f"{count} messages in {queue}" for queue, count in self.depths().items()]


@contextmanager
def opened(stack: Stack) -> Iterator[State]:
    """The state of a running stack."""
    with environment.replaced(stack.settings):
        feeds = logs.feeds()
    urls = {name: stack.settings[f"KHAMRONG_{name.upper()}_DATABASE_URL"] for name in (*WITH_LOG, "tracking")}
    engines = {name: connect(url, size=2, role=None) for name, url in urls.items()}
    with httpx.Client(base_url=stack.public_url, timeout=10) as client:
        yield State(stack, feeds, engines, client)
    for engine in engines.values():
        engine.dispose()
