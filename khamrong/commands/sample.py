"""`khamrong sample petitions`: a read model full of petitions that nobody filed, for measuring and training."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from khamrong.databases import database_urls
from khamrong.installation import AUTHORITIES
from khamrong.sample.loading import NotEmpty, load
from khamrong.sample.stories import stories
from services.intake.authority import authority_from_yaml
from services.tracking.search.tokens import Tokens
from services.tracking.settings import TrackingSettings
from shared.eventlog.keyring import PostgresKeyring
from shared.eventlog.sealing import Sealer
from shared.kernel import clock
from shared.kernel.database import connect
from shared.kernel.settings import load as load_settings
from shared.kernel.thai import fiscal_year

app = typer.Typer(help="Sample data; nobody in them exists.", no_args_is_help=True)


@app.callback()
def sample() -> None:
    """Sample data; nobody in them exists."""


@app.command()
def petitions(
    count: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many.")] = 200_000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same petitions.")] = 1,
    year: Annotated[int | None, typer.Option(help="Fiscal year (Buddhist era); the last one if left out.")] = None,
    profile: Annotated[Path, typer.Option(help="The authority.", exists=True)] = AUTHORITIES / "kathu.yaml",
) -> None:
    """Fill tracking's read model with sample petitions; exit code 1 when there are petitions in it.

    They are in no log: `khamrong projection rebuild petition --accept-difference` takes them out again.
    """
    settings = load_settings(TrackingSettings)
    keyring = PostgresKeyring(connect(settings.keyring_database_url), settings.keyring_kek.get_secret_value())
    engine = connect(database_urls()["tracking"], role=None)
    authority = authority_from_yaml(profile.read_text(encoding="utf-8"))
    told = stories(authority, year or fiscal_year(clock.now()) - 1, count, seed)
    tokens = Tokens(settings.pepper.get_secret_value())
    try:
        print(f"{load(engine, Sealer(keyring), tokens, told, authority)} sample petitions of {authority.name_th}")
    except NotEmpty:
        print("there are petitions in the read model: samples are never put among them", file=sys.stderr)
        raise typer.Exit(1) from None
