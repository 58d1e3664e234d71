"""`/{authority}/petitions/new`: begins a filing, or goes on with one that was left."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from services.portal.drafts.draft import Draft
from services.portal.pages.common import Authority, posted
from services.portal.pages.filing.drafting import begun, current, going, is_open
from services.portal.pages.filing.steps import ATTACHMENTS, DETAILS, PLACE, REVIEW
from services.portal.rendering import render

router = APIRouter()


@router.get("/{authority}/petitions/new")
async def start(request: Request, authority: Authority) -> Response:
    """What is needed, or what was left unfinished."""
    draft = await current(request, authority)
    unfinished = _next_step(draft) if draft and not draft.filed else ""
    return render(
        request,
        "filing/start.html",
        authority=authority,
        open=is_open(authority),
        ended=request.query_params.get("ended"),
        unfinished=unfinished,
        subject=draft.step(DETAILS).fields.get("subject", "") if draft else "",
    )


@router.post("/{authority}/petitions/new")
async def begin(request: Request, authority: Authority) -> Response:
    """A new draft; one that was not sent is deleted, because the citizen said so."""
    await posted(request)
    if not is_open(authority):
        return going(request, authority)
    return going(request, authority, DETAILS, await begun(request, authority))


def _next_step(draft: Draft) -> str:
    """Where the citizen was; nothing while nothing was typed."""
    if draft.step(PLACE).revision or draft.uploads:
        return REVIEW if draft.uploads else ATTACHMENTS
    return DETAILS if draft.step(DETAILS).revision else ""
