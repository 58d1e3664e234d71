"""`khamrong subscribe 'petition.*'`: facts as JSON lines, for staff tools."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Sequence
from typing import Annotated

import stamina
import typer

from khamrong.auditing.logs import feeds
from shared.contracts.envelope import Envelope
from shared.kernel.settings import MessagingSettings, SettingsMissing, load
from shared.messaging import subscriber
from shared.messaging.feed import Feed
from shared.messaging.retries import is_outage


class Patient:
    """A feed that waits while its database is away: whoever follows facts wants to go on afterwards.

    When the database does not answer at the beginning, that is told at once.
    """

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self.service = feed.service
        feed.head()

    @stamina.retry(on=is_outage, attempts=None, timeout=None, wait_initial=0.2, wait_max=5.0)
    def after(self, position: int, limit: int, types: Sequence[str] | None = None) -> list[Envelope]:
        """As the feed's."""
        return self._feed.after(position, limit, types)

    def head(self) -> int:
        """As the feed's."""
        return self._feed.head()


def subscribe(
    pattern: Annotated[str, typer.Argument(help="Fact types: petition.filed, petition.*, #")],
    start: Annotated[int, typer.Option("--from", min=0, help="Only facts after this position of their log.")] = 0,
    live: Annotated[bool, typer.Option("--live", help="Only facts from now on.")] = False,
) -> None:
    """Print each fact once: history first, then as it happens. Personal fields stay sealed. Ctrl-C ends it."""
    patient = [Patient(feed) for feed in feeds().values()]
    followed = subscriber.subscribe(pattern, patient, _live(pattern), None if live else start)
    with contextlib.suppress(KeyboardInterrupt, BrokenPipeError):
        for envelope in followed:
            sys.stdout.write(envelope.model_dump_json() + "\n")
            sys.stdout.flush()


def _live(pattern: str) -> subscriber.Live:
    """From the broker where one is set, else by looking into the feeds."""
    try:
        url = load(MessagingSettings).amqp_url.get_secret_value()
    except SettingsMissing:
        return subscriber.PollingLive()
    return subscriber.RabbitLive(url, pattern)
