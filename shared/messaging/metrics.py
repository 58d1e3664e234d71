"""What messaging counts, for Prometheus."""

from __future__ import annotations

from typing import Final

from prometheus_client import Counter, Gauge

HANDLED: Final = Counter("khamrong_reactions_handled", "Facts handled, repeats included", ["queue"])
RETRIED: Final = Counter("khamrong_reactions_retried", "Failed facts that will be tried again", ["queue"])
PARKED: Final = Counter("khamrong_reactions_parked", "Facts that wait for an operator", ["queue"])
POSTPONED: Final = Counter("khamrong_reactions_postponed", "Facts that wait for their hour", ["queue"])
RETURNED: Final = Counter(
    "khamrong_reactions_returned", "Failed facts given back to the queue, for want of a retry", ["queue"]
)
PUBLISHED: Final = Counter("khamrong_relay_published", "Facts confirmed by the broker", ["service"])
INTERRUPTED: Final = Counter(
    "khamrong_relay_interruptions", "Ends of the relay's work, by reason", ["service", "reason"]
)
UNPUBLISHED: Final = Gauge(
    "khamrong_relay_unpublished", "Facts in the log that the broker has not confirmed", ["service"]
)
LEADING: Final = Gauge("khamrong_relay_leading", "Whether this relay is the one that publishes", ["service"])
