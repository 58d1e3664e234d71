"""A petition as its page shows it, with the form of a command where one is open."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
from fastapi import Request, Response

from services.portal.clients.gateways import Refused, Unavailable
from services.portal.pages.common import portal_of
from services.portal.pages.staff.case.forms import CommandForm, offered
from services.portal.pages.staff.case.history import Event, events, last_position
from services.portal.pages.staff.case.standard import standard_texts
from services.portal.pages.staff.catalogue import Catalogue
from services.portal.pages.staff.deadlines import deadline_of
from services.portal.pages.staff.work import Work, as_staff, people_of, staff_page
from services.portal.rendering import translate_all
from shared.gateway.roles import REVEALERS
from shared.kernel import clock

METRES: Final = 200
MOST_NEAR: Final = 8
NO_MERGE_INTO: Final = frozenset({"merged", "withdrawn"})
"""Nobody works on these any more: intake merges nothing into them."""
_WAITS: Final = 15
_PAUSE_SECONDS: Final = 0.1


@dataclass(frozen=True, slots=True)
class Opened:
    """The form of a command: what was typed, the files that were taken, what is wrong by field, and what others did
    since it was opened."""

    form: CommandForm
    typed: Mapping[str, str] = field(default_factory=dict)
    kept: list[tuple[str, str]] = field(default_factory=list)
    errors: Mapping[str, str] = field(default_factory=dict)
    since: list[Event] = field(default_factory=list)


async def petition_of(request: Request, work: Work, number: str, version: int = 0) -> dict[str, Any]:
    """As tracking tells it; for a moment waits until tracking knows this version. Raises Refused, Unavailable."""
    for _ in range(_WAITS):
        answer = await as_staff(request, work, "tracking", "GET", f"/petitions/{number}")
        petition: dict[str, Any] = answer.json()
        if petition["version"] >= version:
            break
        await asyncio.sleep(_PAUSE_SECONDS)
    return petition


async def case_page(
    request: Request,
    work: Work,
    petition: dict[str, Any],
    opened: Opened | None = None,
    *,
    status: int = httpx.codes.OK,
    **told: Any,
) -> Response:
    """Everything on one page."""
    people, close_by = await asyncio.gather(people_of(request, work), _close_by(request, work, petition))
    shown: dict[str, Any] = {
        "petition": petition,
        "buttons": offered(petition["actions"], requested=petition["reopening_requested"]),
        "opened": opened,
        "errors": translate_all(request, opened.errors) if opened else {},
        "standard": standard_texts(work.authority, petition, opened.form.command) if opened else [],
        "events": events(petition["timeline"], people),
        "seen": last_position(petition["timeline"]),
        "near": close_by,
        "no_merge_into": NO_MERGE_INTO,
        "people": people,
        "catalogue": Catalogue(work.authority),
        "due": deadline_of(petition, clock.now()),
        "may_reveal": work.position.role in REVEALERS and not petition.get("revealed"),
        "reason": "",
        "reason_error": "",
        "done": "",
        "attribution": portal_of(request).settings.tiles_attribution,
    }
    return staff_page(request, work, "staff/case/page.html", status=status, **{**shown, **told})


async def _close_by(request: Request, work: Work, petition: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A hint: without it the page is whole."""
    if petition["latitude"] is None:
        return []
    path = f"/petitions/{petition['number']}/nearby"
    try:
        answer = await as_staff(request, work, "tracking", "GET", path, params={"metres": METRES})
    except (Unavailable, Refused):
        return []
    near: list[dict[str, Any]] = answer.json()
    return sorted(near, key=lambda each: each["distance_m"])[:MOST_NEAR]
