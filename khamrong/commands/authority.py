"""`khamrong authority apply FILE`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from services.intake.authorities import PrefixTaken
from services.intake.authority import AuthorityInvalid, authority_from_yaml
from services.intake.settings import IntakeSettings
from services.intake.wiring import build
from shared.kernel.settings import load

app = typer.Typer(help="The authorities (tenants) of this installation.", no_args_is_help=True)


@app.command()
def apply(files: Annotated[list[Path], typer.Argument(help="YAML files, one authority each")]) -> None:
    """Configure authorities from files; a file that changes nothing records nothing."""
    intake = build(load(IntakeSettings))
    try:
        for file in files:
            profile = authority_from_yaml(file.read_text(encoding="utf-8"))
            position = intake.authorities.apply(profile, "operator")
            print(f"{profile.code}: " + ("no change" if position is None else f"configured at position {position}"))
    except (AuthorityInvalid, PrefixTaken) as invalid:
        print(invalid)
        raise typer.Exit(1) from None
    finally:
        intake.close()


@app.command("list")
def show() -> None:
    """The authorities, one a line."""
    intake = build(load(IntakeSettings))
    for profile in intake.authorities.all().values():
        print(f"{profile.code}\t{profile.prefix}\t{profile.name_th}")
    intake.close()
