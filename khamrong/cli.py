"""The command line `khamrong`. Exit codes: 0 done, 1 the answer is no, 2 wrong use or settings missing."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Final

import typer
from sqlalchemy.exc import OperationalError

from khamrong.commands import authority, identity, log, parked, projection, running, sample, search, staff, subscribe
from khamrong.environment import enter
from shared.kernel.settings import SettingsMissing
from shared.messaging.amqp import BrokerUnavailable
from shared.observing import logs

_OWN_SETTINGS: Final = ("up", "stack")
"""These make the settings of an installation, and take none from another one."""

app: Final = typer.Typer(
    name="khamrong",
    help="คำร้อง: the One Stop Service of Thai local authorities.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(authority.app, name="authority")
app.add_typer(staff.app, name="staff")
app.add_typer(log.app, name="log")
app.add_typer(projection.app, name="projection")
app.add_typer(sample.app, name="sample")
app.add_typer(search.app, name="search")
app.add_typer(parked.app, name="parked")
app.command("up")(running.up)
app.command("stack")(running.stack)
app.command("migrate")(running.migrate)
app.command("demo")(running.demo)
app.command("token")(identity.token)
app.command("subscribe")(subscribe.subscribe)


@app.callback()
def choose(
    context: typer.Context,
    data: Annotated[Path | None, typer.Option(help="The folder of an installation that runs or ran here.")] = None,
) -> None:
    """Commands read the environment; with --data, or where .data or .stack is, that installation's."""
    logs.configure("khamrong", "WARNING", sys.stderr)  # standard output is for answers
    if context.invoked_subcommand not in _OWN_SETTINGS:
        enter(data)


def main() -> None:
    """Run, and say in one line what is wrong when settings or a database are missing."""
    try:
        app()
    except SettingsMissing as missing:
        print(missing, file=sys.stderr)
        sys.exit(2)
    except OperationalError:
        print("the database does not answer; is Khamrong running?", file=sys.stderr)
        sys.exit(2)
    except BrokerUnavailable as unavailable:
        print(unavailable, file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
