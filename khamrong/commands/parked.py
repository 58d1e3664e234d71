"""`khamrong parked list|show|redrive|discard`: facts whose reactions failed for good."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

import typer

from khamrong.auditing.logs import feeds
from khamrong.databases import database_urls
from shared.kernel.database import connect
from shared.kernel.settings import MessagingSettings, SettingsMissing, load
from shared.messaging.parked import EVERYTHING, Parked, TableParked
from shared.messaging.parked_queues import RabbitParked
from shared.messaging.topology import FACTS

LONGEST_REASON: Final = 200


def _known(queue: str | None) -> str | None:
    if queue is not None and queue not in FACTS.subscriptions:
        raise typer.BadParameter(f"{queue} is none of {', '.join(sorted(FACTS.subscriptions))}")
    return queue


def _said(reason: str) -> str:
    """One line, which may be printed later: what personal data it must not hold, only who writes it knows."""
    said = " ".join(reason.split())
    if not 1 <= len(said) <= LONGEST_REASON:
        raise typer.BadParameter(f"say why in 1 to {LONGEST_REASON} characters")
    return said


app = typer.Typer(help="What waits for an operator: facts that could not be handled.", no_args_is_help=True)


@app.command("list")
def show_all(
    queue: Annotated[str | None, typer.Option(help="Only this work queue.", callback=_known)] = None,
    discarded: Annotated[bool, typer.Option("--discarded", help="What was discarded, and why.")] = False,
) -> None:
    """One line each: queue, fact, type, attempts, since when, reason. Looking changes nothing."""
    parked = _parked()
    for fact in parked.discarded(queue) if discarded else parked.list(queue):
        since = fact.parked_at.isoformat(timespec="seconds") if fact.parked_at else "-"
        print(f"{fact.queue}\t{fact.event_id}\t{fact.type or '-'}\t{fact.attempts} attempts\t{since}\t{fact.reason}")


@app.command()
def show(event_id: UUID) -> None:
    """The fact as stored; personal fields stay sealed. Exit code 1 when it is not parked."""
    found = _parked().show(event_id)
    for shown in found:
        print(f"{shown.fact.queue}: {shown.fact.reason}\n{shown.body}")
    raise typer.Exit(0 if found else 1)


@app.command()
def redrive(
    event_id: Annotated[UUID | None, typer.Argument(help="One fact.")] = None,
    queue: Annotated[str | None, typer.Option(help="All facts of one work queue.", callback=_known)] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that is parked.")] = False,
) -> None:
    """Let the reactions try again, with all their attempts."""
    chosen = [choice for choice in (event_id, queue, EVERYTHING if everything else None) if choice is not None]
    if len(chosen) != 1:
        print("name one fact, or a queue with --queue, or everything with --all")
        raise typer.Exit(2)
    print(f"{_parked().redrive(chosen[0])} set going again")


@app.command()
def discard(
    event_id: UUID,
    reason: Annotated[str, typer.Option(help="Why its effect is not wanted: kept with it.", callback=_said)],
) -> None:
    """Never try a parked fact again. This cannot be undone. Exit code 1 when it is not parked."""
    count = _parked().discard(event_id, reason)
    print(f"{count} discarded")
    raise typer.Exit(0 if count else 1)


def _parked() -> Parked:
    """On the broker where one is set, else in the services' tables."""
    urls = database_urls()
    services = {queue.partition(".")[0] for queue in FACTS.subscriptions}
    table = TableParked({service: connect(urls[service], size=1) for service in services}, feeds())
    try:
        settings = load(MessagingSettings)
    except SettingsMissing:
        return table
    return RabbitParked(settings.amqp_url.get_secret_value(), table, FACTS.scaled(settings.retry_scale))
