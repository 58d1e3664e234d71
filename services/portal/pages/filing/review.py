"""Step 4: everything once more, each part with the way to change it, and what others have reported there already."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from services.portal.clients.gateways import Refused, Unavailable
from services.portal.drafts.draft import Draft, Upload, without_uploads
from services.portal.pages.common import Authority, portal_of
from services.portal.pages.filing.addresses import written_address
from services.portal.pages.filing.checking import Findings, findings_of
from services.portal.pages.filing.drafting import changed, current, going
from services.portal.pages.filing.filer import filer_of
from services.portal.pages.filing.pages import BACK, form_of, step_page
from services.portal.pages.filing.steps import DETAILS, HOME, ORDER, PLACE, REVIEW, before, on_step
from services.portal.rendering import language_of, named
from shared.contracts.authority import AuthorityConfigured
from shared.kernel import clock

UPLOADS_WAIT: Final = timedelta(hours=47)
"""An hour less than documents keeps what no petition claims."""
router = APIRouter()


@router.get("/{authority}/petitions/new/review")
async def review(request: Request, authority: Authority) -> Response:
    """What was typed, and what keeps it from being sent."""
    draft = await current(request, authority)
    if draft is None:
        return going(request, authority, ended="1")
    if draft.filed:
        return going(request, authority, "done")
    draft, expired = await _without_expired(request, authority, draft)
    found, nearby = await asyncio.gather(findings_of(request, draft), _nearby(request, draft))
    return _page(request, authority, draft, found, expired=[each.filename for each in expired], nearby=nearby)


@router.post("/{authority}/petitions/new/review")
async def onward(request: Request, authority: Authority) -> Response:
    """To the confirmation, if nothing is wrong; nothing is sent yet."""
    form, is_own = await form_of(request)
    if not is_own or form.get("action") == BACK:
        return going(request, authority, before(REVIEW) if is_own else REVIEW)
    draft = await current(request, authority)
    if draft is None:
        return going(request, authority, ended="1")
    found = await findings_of(request, draft)
    return going(request, authority, REVIEW if found.errors else "confirm")


def _page(request: Request, authority: AuthorityConfigured, draft: Draft, found: Findings, **told: Any) -> Response:
    details, place, member = draft.step(DETAILS).fields, draft.step(PLACE).fields, filer_of(request)
    return step_page(
        request,
        authority,
        REVIEW,
        draft.step(REVIEW),
        draft=draft,
        errors=found.errors,
        faults=[(step, *fault) for step in ORDER for fault in on_step(step, found.errors).items()],
        doubts={step: list(on_step(step, found.warnings).values()) for step in ORDER},
        details={name: details.get(name, "") for name in _SHOWN} | dict.fromkeys(_PERSONAL if member else (), ""),
        place={"place.description": "", **place},
        category=category_name(request, authority, details.get("category", "")),
        person=member.name if member else " ".join(filter(None, (details.get(f"petitioner.{part}") for part in _NAME))),
        home="" if member else written_address(details, HOME, language_of(request)),
        where=written_address(place, PLACE, language_of(request)),
        coordinates=", ".join(filter(None, (place.get("place.latitude"), place.get("place.longitude")))),
        too_fast=request.query_params.get("wait", "")[:4],
        **told,
    )


_PERSONAL: Final = ("petitioner.citizen_id", "petitioner.phone", "petitioner.email")
_SHOWN: Final = ("subject", "details", *_PERSONAL)
_NAME: Final = ("title", "given_name", "family_name")


def category_name(request: Request, authority: AuthorityConfigured, code: str) -> str:
    """`ถนนและทางเท้า : ถนน/ไหล่ทาง`, in the reader's language; empty for a code that the authority has not."""
    language = language_of(request)
    for group in authority.category_groups:
        for category in group.categories:
            if category.code == code:
                return f"{named(language, group)} : {named(language, category)}"
    return ""


async def _without_expired(
    request: Request, authority: AuthorityConfigured, draft: Draft
) -> tuple[Draft, tuple[Upload, ...]]:
    """Files that documents will have removed before the petition claims them are not promised to anybody."""
    oldest = clock.now() - UPLOADS_WAIT
    expired = tuple(upload for upload in draft.uploads if upload.uploaded_at < oldest)
    if expired:
        gone = frozenset(upload.upload_id for upload in expired)
        draft, _ = await changed(request, authority, lambda now: without_uploads(now, gone))
    return draft, expired


async def _nearby(request: Request, draft: Draft) -> list[dict[str, Any]]:
    """Open petitions of the same category within 50 m, without personal data; none when tracking cannot say."""
    details, place = draft.step(DETAILS).fields, draft.step(PLACE).fields
    asked = {
        "authority": draft.authority,
        "category": details.get("category", ""),
        "latitude": place.get("place.latitude", ""),
        "longitude": place.get("place.longitude", ""),
    }
    if not all(asked.values()):
        return []
    try:
        found: list[dict[str, Any]] = await portal_of(request).gateways.get(
            "tracking", "/nearby", caller=request, params=asked
        )
    except (Unavailable, Refused):
        return []
    return found
