"""What intake would say of a draft, asked page by page: the same words that filing has."""

from __future__ import annotations

from dataclasses import dataclass, field

from fastapi import Request

from services.portal.clients.gateways import Refused, Unavailable
from services.portal.drafts.draft import Draft
from services.portal.pages.common import portal_of
from services.portal.pages.filing.filer import bearer_for, body_for
from services.portal.rendering import translate_all


@dataclass(frozen=True, slots=True)
class Findings:
    """What is wrong (`errors`) and what may be (`warnings`), by field. Nothing, when intake could not be asked: a
    petition is checked again when it is filed."""

    errors: dict[str, str] = field(default_factory=dict)
    warnings: dict[str, str] = field(default_factory=dict)


async def findings_of(request: Request, draft: Draft) -> Findings:
    """Intake's findings about the whole draft, in the reader's language."""
    body = body_for(request, draft)
    try:
        answer = await portal_of(request).gateways.call(
            "intake", "POST", "/petitions/checks", caller=request, json=body, headers=bearer_for(request, body)
        )
    except (Unavailable, Refused):
        return Findings()
    told = answer.json()
    return Findings(*(translate_all(request, _by_field(told[kind])) for kind in ("errors", "warnings")))


def _by_field(found: list[dict[str, str]]) -> dict[str, str]:
    """One message a field, the first."""
    return {each["field"]: each["message"] for each in reversed(found)}
