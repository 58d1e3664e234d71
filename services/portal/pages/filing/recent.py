"""Categories that this browser filed about, until it is closed: for people who report often. A shared computer forgets
them with its window, as some categories tell what their reporter would rather keep to himself."""

from __future__ import annotations

from typing import Final

from fastapi import Request, Response

from services.portal.cookies import cookie_name, read_cookie
from services.portal.pages.common import portal_of
from shared.contracts.authority import AuthorityConfigured, Category

MOST: Final = 3
_SEPARATOR: Final = ":"


def recent(request: Request, authority: AuthorityConfigured) -> list[Category]:
    """The categories, latest first; those that the authority has no more are left out."""
    known = {category.code: category for group in authority.category_groups for category in group.categories}
    return [known[code] for code in _codes(request, authority) if code in known][:MOST]


def remember(request: Request, answer: Response, authority: AuthorityConfigured, code: str) -> None:
    """Put a category first."""
    codes = [code, *(each for each in _codes(request, authority) if each != code)][:MOST]
    settings = portal_of(request).settings
    name = cookie_name(settings, _name(authority))
    answer.set_cookie(name, _SEPARATOR.join(codes), path="/", secure=settings.is_secure, httponly=True, samesite="lax")


def _codes(request: Request, authority: AuthorityConfigured) -> list[str]:
    return read_cookie(request, portal_of(request).settings, _name(authority)).split(_SEPARATOR)


def _name(authority: AuthorityConfigured) -> str:
    return f"recent-{authority.code}"
