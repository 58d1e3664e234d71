"""A queue's facts are looked for where they can be, and nowhere else."""

from __future__ import annotations

import pytest

from khamrong.installation import WITH_LOG
from khamrong.openapi import EmptyFeed
from shared.contracts.registry import FACTS as FACT_TYPES
from shared.contracts.registry import UnknownFact, owner_of
from shared.messaging.sweeping import OWNERS, feeds_of
from shared.messaging.topology import FACTS, SUBSCRIPTIONS

FEEDS = {service: EmptyFeed(service) for service in OWNERS}


def test_every_fact_has_an_owner_with_a_log() -> None:
    assert {owner_of(name) for name in FACT_TYPES} == set(WITH_LOG) == set(OWNERS)


def test_of_what_nobody_tells_nobody_is_the_owner() -> None:
    with pytest.raises(UnknownFact):
        owner_of("weather.changed")


@pytest.mark.parametrize("queue", SUBSCRIPTIONS)
def test_every_fact_that_a_queue_takes_is_in_one_of_its_logs(queue: str) -> None:
    asked = {feed.service for feed in feeds_of(queue, FEEDS, FACTS)}
    assert asked
    if SUBSCRIPTIONS[queue] == ("#",):
        assert asked == set(OWNERS)


def test_a_queue_of_petitions_asks_intake_alone() -> None:
    assert [feed.service for feed in feeds_of("notification.petition_filed", FEEDS, FACTS)] == ["intake"]
