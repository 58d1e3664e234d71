"""`khamrong search rebuild`: the index of what petitioners wrote."""

from __future__ import annotations

import typer

from khamrong.auditing.logs import feeds
from services.tracking.search.renewing import renew
from services.tracking.settings import TrackingSettings
from services.tracking.wiring import build
from shared.kernel.settings import load

app = typer.Typer(help="The index by which staff search.", no_args_is_help=True)


@app.callback()
def search() -> None:
    """The index by which staff search."""


@app.command()
def rebuild() -> None:
    """Index every petition anew, while everything runs: after the dictionary or the pepper changed."""
    logs = feeds()
    tracking = build(load(TrackingSettings), logs)
    count = renew(tracking.search.indexing, logs["intake"])
    tracking.close()
    print(f"indexed {count} petitions")
