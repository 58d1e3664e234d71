"""`khamrong log verify|replay`: for auditors."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import typer

from khamrong.auditing import logs as opened_logs
from khamrong.auditing.history import history_of
from khamrong.auditing.report import lines
from khamrong.installation import WITH_LOG
from shared.eventlog.chain import verify as verify_chain
from shared.kernel import clock

app = typer.Typer(help="The event logs: verify and replay.", no_args_is_help=True)


class Shown(StrEnum):
    """How a replay is shown."""

    FACTS = "facts"
    VIEW = "view"
    REPORT = "report"


def _moment(text: str) -> datetime:
    """ISO 8601, in all its forms: `2026-11-23T19:06:10.453304Z`, `2026-11-23 19:06+07:00`, `2026-11-23`."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text} is no moment in the form of ISO 8601") from None


def _with_log(services: list[str] | None) -> list[str] | None:
    if unknown := set(services or ()) - set(WITH_LOG):
        raise typer.BadParameter(f"{', '.join(sorted(unknown))}: the services with a log are {', '.join(WITH_LOG)}")
    return services


@app.command()
def verify(
    service: Annotated[
        list[str] | None, typer.Option(help="Only this service's log (repeatable).", callback=_with_log)
    ] = None,
) -> None:
    """Walk the chain of every log; exit code 1 and the first bad position when one does not hold."""
    broken = False
    for name, engine in opened_logs.engines(service).items():
        started = clock.monotonic()
        with engine.connect() as connection:
            verdict = verify_chain(connection)
        seconds = clock.monotonic() - started
        if verdict.broken_at is None:
            print(f"{name}: {verdict.facts} facts verified in {seconds:.2f} s, head {verdict.head.hex()}")
        else:
            broken = True
            print(f"{name}: BROKEN at position {verdict.broken_at}: {verdict.what}")
    raise typer.Exit(1 if broken else 0)


@app.command()
def replay(
    petition: Annotated[str, typer.Option(help="The petition's number.")],
    at: Annotated[
        datetime | None,
        typer.Option(
            parser=_moment, metavar="ISO 8601", help="As it was known at this moment; UTC unless it says more."
        ),
    ] = None,
    shown: Annotated[
        Shown, typer.Option("--as", help="JSON lines, tracking's answer, or a report in Thai.")
    ] = Shown.REPORT,
) -> None:
    """What was known of a petition, and when. Personal fields stay sealed."""
    history = history_of(petition, at)
    if history is None:
        print(f"no petition {petition} was known then")
        raise typer.Exit(1)
    match shown:
        case Shown.FACTS:
            for envelope in history.envelopes:
                print(envelope.model_dump_json())
        case Shown.VIEW:
            print(history.view_json())
        case Shown.REPORT:
            print("\n".join(lines(history)))
