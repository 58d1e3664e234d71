"""`khamrong token`: until people can log in, this is how staff tools get a token."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from services.identity.keys import SigningKeys
from services.identity.settings import IdentitySettings
from services.identity.tokens import issue
from shared.gateway.roles import Role, Scope
from shared.gateway.tokens import Caller
from shared.kernel.settings import load


def token(
    role: Annotated[Role, typer.Option(help="What the bearer is.")],
    authority: Annotated[str, typer.Option(help="The authority's code; * for all.")],
    minutes: Annotated[int, typer.Option(min=1, max=720, help="How long it is good.")] = 60,
    subject: Annotated[str, typer.Option(help="The bearer's id.")] = "",
    name: Annotated[str, typer.Option(help="The bearer's name as shown on forms.")] = "",
) -> None:
    """Print a short-lived token signed by identity's key."""
    keys = SigningKeys(load(IdentitySettings).identity_keys_dir)
    scope = Scope.LOG if role is Role.SERVICE else ""
    sub = subject or f"{role}:{authority}"
    caller = Caller(sub=sub, role=role, authority=authority, name=name or str(role), scope=scope)
    print(issue(keys, caller, timedelta(minutes=minutes)))
