"""`khamrong authority apply FILE`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shared.kernel.settings import load

if TYPE_CHECKING:
    from services.intake.authorities import Authorities

app = typer.Typer(help="The authorities (tenants) of this installation.", no_args_is_help=True)


@app.command()
def apply(files: Annotated[list[Path], typer.Argument(help="YAML files, one authority each")]) -> None:
    """Configure authorities from files; a file that changes nothing records nothing."""
    from services.intake.authorities import OPERATOR, PrefixTaken  # half a second that other commands do without
    from services.intake.authority import AuthorityInvalid, authority_from_yaml

    with _authorities() as authorities:
        try:
            for file in files:
                profile = authority_from_yaml(file.read_text(encoding="utf-8"))
                position = authorities.apply(profile, OPERATOR)
                print(f"{profile.code}: " + ("no change" if position is None else f"configured at position {position}"))
        except (AuthorityInvalid, PrefixTaken) as invalid:
            print(invalid)
            raise typer.Exit(1) from None


@app.command("list")
def show() -> None:
    """The authorities, one a line."""
    with _authorities() as authorities:
        for profile in authorities.all().values():
            print(f"{profile.code}\t{profile.prefix}\t{profile.name_th}")


@contextmanager
def _authorities() -> Iterator[Authorities]:
    from services.intake.settings import IntakeSettings
    from services.intake.wiring import build

    with closing(build(load(IntakeSettings))) as intake:
        yield intake.authorities
