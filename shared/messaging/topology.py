"""Exchanges, queues and bindings as data, and the one place that declares them.

    python -m shared.messaging.topology > deploy/rabbitmq/definitions.json

A work queue `<service>.<reaction>` has delayed retries `<queue>.retry.<n>`, whose messages go back to it after a while,
and `<queue>.parked`, where an operator finds what could not be handled. All are quorum queues that dead-letter at least
once (needs `reject-publish`; RabbitMQ docs, "Quorum Queues"): a message leaves a queue only when the next one has it.
Every default is set explicitly, so that RabbitMQ 3.10 and 4.x behave the same.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final

SUBSCRIPTIONS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "notification.petition_filed": ("petition.filed",),
        "notification.survey_invited": ("survey.invited",),
        "notification.facts": ("petition.*", "authority.*"),
        "notification.petition_status": (
            "petition.accepted", "petition.started", "petition.information_requested", "petition.information_reminded",
            "petition.scheduled", "petition.resolved", "petition.rejected", "petition.reopened",
        ),
        "documents.petition_filed": ("petition.filed",),
        "documents.petition_accepted": ("petition.accepted",),
        "documents.uploads_named": ("petition.resolved", "petition.note_added", "petition.information_provided"),
        "documents.petition_claimed": ("petition.claimed",),
        "documents.petition_erased": ("petition.erased",),
        "documents.department_changed": ("petition.assigned", "petition.transferred", "petition.recategorised"),
        "survey.facts": ("petition.*", "authority.configured", "survey.*"),
        "survey.petition_resolved": ("petition.resolved",),
        "intake.survey_answered": ("survey.answered",),
        "intake.petition_ended": (
            "petition.resolved", "petition.rejected", "petition.withdrawn", "petition.merged", "petition.reopened",
        ),
        "intake.member_erased": ("member.erased",),
        "tracking.facts": ("#",),
        "tracking.petition_filed": ("petition.filed",),
        "tracking.petition_erased": ("petition.erased",),
    }
)  # fmt: skip
"""Work queue → the routing keys (fact types or patterns) that it takes."""

RETRY_SECONDS: Final = (1.0, 5.0, 30.0, 120.0, 600.0)
"""How long a fact waits after its first, second, … failure. After the last one it is parked."""

DELIVERY_LIMIT: Final = 20
"""How often the broker hands out a message that neither succeeds nor can be moved to a retry, before it parks it."""

UNLIMITED: Final = 1_000_000_000
"""For queues that only people read. RabbitMQ 4 has a limit of 20 by default and 3.x refuses -1 for "none"."""


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue and the arguments it is declared with."""

    name: str
    arguments: Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Topology:
    """All that the broker must hold for facts to travel."""

    exchange: str = "facts"
    subscriptions: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: SUBSCRIPTIONS)
    retry_seconds: tuple[float, ...] = RETRY_SECONDS

    def scaled(self, factor: float) -> Topology:
        """The same with longer or shorter delays."""
        return replace(self, retry_seconds=tuple(seconds * factor for seconds in self.retry_seconds))

    def queues(self) -> list[Queue]:
        """Work queues, each followed by its parked queue and its retries."""
        return [queue for name in self.subscriptions for queue in self._family(name)]

    def bindings(self) -> list[tuple[str, str]]:
        """(queue, routing key) of each binding to the exchange."""
        return [(queue, key) for queue, keys in self.subscriptions.items() for key in keys]

    def _family(self, name: str) -> list[Queue]:
        parked = Queue(parked_queue(name), {"x-queue-type": "quorum", "x-delivery-limit": UNLIMITED})
        work = Queue(name, {**_dead_letters_to(parked.name), "x-delivery-limit": DELIVERY_LIMIT})
        steps = enumerate(self.retry_seconds, start=1)
        return [work, parked, *(_retry(name, step, seconds) for step, seconds in steps)]


FACTS: Final = Topology()


def retry_queue(queue: str, step: int) -> str:
    """Where a fact waits after its `step`-th failure."""
    return f"{queue}.retry.{step}"


def parked_queue(queue: str) -> str:
    """Where a fact waits for an operator."""
    return f"{queue}.parked"


def definitions(topology: Topology = FACTS) -> dict[str, Any]:
    """What RabbitMQ imports (`load_definitions`). No users: the deployment makes them."""
    vhost = {"vhost": "/"}
    exchange = {"name": topology.exchange, "type": "topic", "durable": True, "auto_delete": False, "internal": False}
    return {
        "vhosts": [{"name": "/"}],
        "exchanges": [{**exchange, **vhost, "arguments": {}}],
        "queues": [
            {"name": queue.name, **vhost, "durable": True, "auto_delete": False, "arguments": dict(queue.arguments)}
            for queue in topology.queues()
        ],
        "bindings": [
            {"source": topology.exchange, **vhost, "destination": queue, "destination_type": "queue",
             "routing_key": key, "arguments": {}}
            for queue, key in topology.bindings()
        ],
    }  # fmt: skip


def definitions_text(topology: Topology = FACTS) -> str:
    """The definitions as the file holds them."""
    return json.dumps(definitions(topology), indent=2, ensure_ascii=False) + "\n"


def _retry(queue: str, step: int, seconds: float) -> Queue:
    milliseconds = max(1, round(seconds * 1000))
    arguments = {**_dead_letters_to(queue), "x-message-ttl": milliseconds, "x-delivery-limit": UNLIMITED}
    return Queue(retry_queue(queue, step), arguments)


def _dead_letters_to(queue: str) -> dict[str, str | int]:
    return {
        "x-queue-type": "quorum",
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": queue,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }


if __name__ == "__main__":
    sys.stdout.write(definitions_text())
