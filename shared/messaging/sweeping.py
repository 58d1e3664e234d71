"""The repair of the full way: what the broker lost is pulled from the owners over HTTP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import httpx

from shared.contracts.registry import FACTS, owner_of
from shared.kernel.settings import FeedSettings, GatewaySettings
from shared.messaging.feed import Feed, HttpFeed
from shared.messaging.puller import SWEEP, Puller
from shared.messaging.reaction import Desk
from shared.messaging.routing import any_matches
from shared.messaging.service_token import ServiceToken
from shared.messaging.topology import Topology

OWNERS: Final = ("intake", "notification", "documents", "identity", "survey", "tracking")
TIMEOUT: Final = httpx.Timeout(10.0, connect=3.0)


def http_feeds(service: str, settings: FeedSettings, gateway: GatewaySettings) -> dict[str, Feed]:
    """The feeds of all owners, for a service that identifies itself with its client credentials."""
    base = settings.internal_url or gateway.public_url
    client = httpx.Client(timeout=TIMEOUT)
    token = ServiceToken(client, base, service, settings.client_secret.get_secret_value())
    return {owner: HttpFeed(owner, client, base, token) for owner in OWNERS}


def sweeps(desk: Desk, feeds: Mapping[str, Feed], topology: Topology) -> Sequence[Puller]:
    """One slow puller for each queue of a desk."""
    return [
        Puller(queue, feeds_of(queue, feeds, topology), desk.engine, react, topology=topology, pace=SWEEP)
        for queue, react in desk.reactions.items()
    ]


def feeds_of(queue: str, feeds: Mapping[str, Feed], topology: Topology) -> list[Feed]:
    """The logs that have facts of the types which the queue takes: no other needs to be looked at."""
    owners = {owner_of(name) for name in FACTS if any_matches(topology.subscriptions[queue], name)}
    return [feed for service, feed in feeds.items() if service in owners]
