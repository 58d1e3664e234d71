"""Who files: a member, whose data identity knows and nobody types, or anybody, who types them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fastapi import Request

from services.portal.clients.accounts import Account
from services.portal.drafts.draft import Draft
from services.portal.pages.account.who import about_me
from services.portal.pages.filing.steps import ADDRESS, PLACE, body_of, same_as_home
from services.portal.visitor import account_of

PERSON: Final = "petitioner"


def filer_of(request: Request) -> Account | None:
    """The member whose data are used; None for everybody else, and for who does not agree to that any more."""
    account = account_of(request)
    return account if account and account.fills_in else None


def body_for(request: Request, draft: Draft) -> dict[str, Any]:
    """The draft as `POST /petitions` takes it; a member's says nothing of who files."""
    body = body_of(draft)
    return {name: told for name, told in body.items() if name != PERSON} if filer_of(request) else body


def names_nobody(body: Mapping[str, Any]) -> bool:
    """Whether the body leaves it to the member's token to say who files."""
    return PERSON not in body


def bearer_for(request: Request, body: Mapping[str, Any]) -> dict[str, str]:
    """The header with the member's token, where the body leaves it to that."""
    member = filer_of(request)
    return member.bearer if member and names_nobody(body) else {}


async def home_of(request: Request, draft: Draft) -> dict[str, str]:
    """The petitioner's address as fields of the place. Raises NotLoggedIn, Unavailable."""
    member = filer_of(request)
    if member is None:
        return same_as_home(draft)
    address = (await about_me(request, member)).get("address") or {}
    return {f"{PLACE}.{name}": address.get(name) or "" for name in ADDRESS}
