"""Positions as people read them."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request

from services.portal.clients.accounts import Position
from services.portal.clients.gateways import Unavailable
from services.portal.labels import ROLES
from services.portal.pages.common import portal_of
from services.portal.rendering import language_of, named


@dataclass(frozen=True, slots=True)
class Title:
    """What is not known any more is told by its code; for all authorities there is no name, nor for the whole of one a
    department. `role` is in Thai, to be translated."""

    staff_id: str
    role: str
    authority: str
    department: str


async def title_of(request: Request, position: Position) -> Title:
    """Names from the authority's profile, as far as it can be had."""
    role, language = ROLES.get(position.role, position.role), language_of(request)
    try:
        profile = await portal_of(request).directory.find(position.authority)
    except Unavailable:
        profile = None
    if profile is None:
        code = "" if position.authority == "*" else position.authority
        return Title(position.staff_id, role, code, position.department or "")
    department = next((each for each in profile.departments if each.code == position.department), None)
    name = named(language, department) if department else position.department or ""
    return Title(position.staff_id, role, named(language, profile, "name_th"), name)
