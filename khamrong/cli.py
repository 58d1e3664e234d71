"""The command line `khamrong`. Exit codes: 0 done, 1 the answer is no, 2 wrong use or settings missing."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Final

import typer
from sqlalchemy.exc import OperationalError

from khamrong.environment import enter
from shared.kernel.settings import SettingsMissing
from shared.messaging.broker import BrokerUnavailable
from shared.observing import logs

_OWN_SETTINGS: Final = ("up", "stack")
"""These make the settings of an installation, and take none from another one."""

GROUPS: Final = ("authority", "staff", "log", "projection", "sample", "search", "parked")
"""Each is a module of commands."""
COMMANDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "up": "running",
        "stack": "running",
        "migrate": "running",
        "demo": "running",
        "token": "identity",
        "subscribe": "subscribe",
    }
)
"""In which module each command stands."""

app: Final = typer.Typer(
    name="khamrong",
    help="คำร้อง: the One Stop Service of Thai local authorities.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def load_commands(arguments: Sequence[str]) -> None:
    """Add the commands that the arguments may name, or all: importing every service takes as long as the work."""
    named = {*GROUPS, *COMMANDS}.intersection(arguments) or {*GROUPS, *COMMANDS}
    for name in (name for name in COMMANDS if name in named):
        app.command(name)(getattr(import_module(f"khamrong.commands.{COMMANDS[name]}"), name))
    for name in (name for name in GROUPS if name in named):
        app.add_typer(import_module(f"khamrong.commands.{name}").app, name=name)


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
    load_commands(sys.argv[1:])
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
