"""`khamrong projection status|rebuild`: the read models of all services."""

from __future__ import annotations

from typing import Annotated

import typer

from khamrong.auditing.logs import feeds
from khamrong.databases import database_urls
from khamrong.readmodels import READ_MODELS
from shared.kernel.database import connect
from shared.projecting.rebuild import Rebuild
from shared.projecting.status import status as standings

app = typer.Typer(help="The read models.", no_args_is_help=True)


@app.command()
def status() -> None:
    """How far each projection is behind the log of each source; exit code 1 when one is behind."""
    urls, logs = database_urls(), feeds()
    found = [one for service, each in READ_MODELS.items() for one in standings(connect(urls[service]), each, logs)]
    for one in found:
        state = "" if one.up_to_date else "  made by another version: rebuild it"
        print(f"{one.projection}\t{one.source}\tat {one.position} of {one.head}, {one.lag} behind{state}")
    raise typer.Exit(0 if all(one.lag == 0 and one.up_to_date for one in found) else 1)


@app.command()
def rebuild(
    only: Annotated[list[str] | None, typer.Argument(help="Projections; all when none is named.")] = None,
    accept_difference: Annotated[bool, typer.Option(help="Swap in rows that differ from the running ones.")] = False,
) -> None:
    """Build each read model anew beside the running one, compare, and swap. Exit code 1 when one was not swapped."""
    urls, swapped = database_urls(), True
    for service, projections in READ_MODELS.items():
        engine = connect(urls[service], role=None)
        for projection in projections:
            if not only or projection.NAME in only:
                swapped &= _rebuilt(Rebuild(engine, projection, feeds()), accept_difference)
    raise typer.Exit(0 if swapped else 1)


def _rebuilt(work: Rebuild, accept_difference: bool) -> bool:
    report = work.run(accept_difference=accept_difference)
    rate = report.facts / report.seconds if report.seconds else 0
    same = {True: "equal to the running one", False: "DIFFERENT from the running one", None: "nothing to compare"}
    print(f"{report.projection}: {report.rows} rows from {report.facts} facts ({rate:.0f}/s), {same[report.same]}")
    return report.swapped
