"""`khamrong subscribe 'petition.*'`: facts as JSON lines, for staff tools."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
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
    stop = _when_told()
    patient = [Patient(feed) for feed in feeds().values()]
    followed = subscriber.subscribe(pattern, patient, _live(pattern, stop), None if live else start, stop)
    with contextlib.suppress(BrokenPipeError):
        for envelope in followed:
            sys.stdout.write(envelope.model_dump_json() + "\n")
            sys.stdout.flush()
            if stop.is_set():
                break


def _when_told() -> threading.Event:
    """Set by the first Ctrl-C: an exception in the middle of a conversation with the broker could leave it waiting for
    an answer. The second one ends the process at once."""
    stop = threading.Event()

    def told(number: int, _frame: object) -> None:
        stop.set()
        signal.signal(number, signal.SIG_DFL)

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, told)
    return stop


def _live(pattern: str, stop: threading.Event) -> subscriber.Live:
    """From the broker where one is set, else by looking into the feeds."""
    try:
        url = load(MessagingSettings).amqp_url.get_secret_value()
    except SettingsMissing:
        return subscriber.PollingLive(stop=stop)
    return subscriber.RabbitLive(url, pattern, stop=stop)
