"""`khamrong subscribe 'petition.*'`: facts as JSON lines, for staff tools."""

from __future__ import annotations

import contextlib
import sys
from typing import Annotated

import typer

from khamrong.auditing.logs import feeds
from shared.kernel.settings import MessagingSettings, SettingsMissing, load
from shared.messaging import subscriber


def subscribe(
    pattern: Annotated[str, typer.Argument(help="Fact types: petition.filed, petition.*, #")],
    start: Annotated[int, typer.Option("--from", min=0, help="Only facts after this position of their log.")] = 0,
    live: Annotated[bool, typer.Option("--live", help="Only facts from now on.")] = False,
) -> None:
    """Print each fact once: history first, then as it happens. Personal fields stay sealed. Ctrl-C ends it."""
    followed = subscriber.subscribe(pattern, list(feeds().values()), _live(pattern), None if live else start)
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
