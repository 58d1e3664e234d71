"""When anything happens, the read models follow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import sqlalchemy as sa

from services.tracking.projections import PROJECTIONS
from shared.messaging.feed import Feed, LogFeed
from shared.projecting.reaction import Projecting
from shared.projecting.runner import Runner

QUEUE: Final = "tracking.facts"


def on_fact(engine: sa.Engine, feeds: Mapping[str, Feed]) -> Projecting:
    """The reaction to every published fact. Logs in this process are read ahead: they cost no request."""
    near = all(isinstance(feed, LogFeed) for feed in feeds.values())
    return Projecting(QUEUE, Runner(engine, PROJECTIONS, feeds, ahead=near))
