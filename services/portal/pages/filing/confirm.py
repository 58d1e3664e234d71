"""ยืนยันการเพิ่มคำร้อง/ร้องเรียน: the petition is filed. However often this is pressed, one petition comes of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from services.portal.clients.gateways import Refused, Unavailable
from services.portal.drafts.draft import AlreadyFiled, Draft, Filed, filed, sent
from services.portal.links import at
from services.portal.pages.account.who import NotLoggedIn
from services.portal.pages.common import Authority, portal_of
from services.portal.pages.filing.drafting import changed, current, going
from services.portal.pages.filing.filer import bearer_for, body_for, names_nobody
from services.portal.pages.filing.pages import BACK, form_of
from services.portal.pages.filing.recent import remember
from services.portal.pages.filing.steps import DETAILS, REVIEW
from services.portal.rendering import render
from shared.contracts.authority import AuthorityConfigured

RETRY_SECONDS: Final = "10"
_REUSED: Final = "urn:khamrong:idempotency-key-reused"
_NOT_A_MEMBER: Final = 401
_TOO_FAST: Final = 429
_LONGEST_WAIT: Final = 9_999
router = APIRouter()


@router.get("/{authority}/petitions/new/confirm")
async def confirm(request: Request, authority: Authority) -> Response:
    """The question that the manual teaches, as a page: it needs no script."""
    draft = await current(request, authority)
    if draft is None:
        return going(request, authority, ended="1")
    return going(request, authority, "done") if draft.filed else _page(request, authority, draft)


@router.post("/{authority}/petitions/new/confirm")
async def confirmed(request: Request, authority: Authority) -> Response:
    """Files it. What was typed stays in the draft until intake has answered that the petition is stored."""
    form, is_own = await form_of(request)
    draft = await current(request, authority)
    if draft is None:
        return going(request, authority, ended="1")
    if draft.filed:
        return going(request, authority, "done", again="1")
    if form.get("action") == BACK:
        return going(request, authority, REVIEW)
    if not is_own:
        return _page(request, authority, draft, status=403, stale=True)
    return await _file(request, authority, draft)


async def _file(request: Request, authority: AuthorityConfigured, draft: Draft) -> Response:
    body = body_for(request, draft)
    try:
        draft, _ = await changed(request, authority, lambda now: sent(now, body))
        petition = await _filed(request, authority, draft, body)
        _, secret = await changed(request, authority, lambda now: now if now.filed else filed(now, petition))
    except AlreadyFiled:
        return going(request, authority, "done", again="1")
    except Unavailable:
        answer = _page(request, authority, draft, status=503, away=True)
        answer.headers["Retry-After"] = RETRY_SECONDS
        return answer
    except Refused as refused:
        return _refused(request, authority, refused)
    answer = going(request, authority, "done", secret)
    remember(request, answer, authority, petition.category)
    return answer


async def _filed(request: Request, authority: AuthorityConfigured, draft: Draft, body: Mapping[str, Any]) -> Filed:
    """The stored petition. Where an earlier body was stored without our hearing of it, that is the petition; what a
    member sent can be asked for by the member alone. Raises NotLoggedIn, Refused, Unavailable."""
    again = at(request, authority, "petitions/new/confirm")
    for attempt in (body, *(each for each in draft.sent if each != body)):
        bearer = bearer_for(request, attempt)
        if attempt != body and names_nobody(attempt) and not bearer:
            raise NotLoggedIn(again)
        try:
            answer = await portal_of(request).gateways.call(
                "intake",
                "POST",
                "/petitions",
                caller=request,
                json=attempt,
                headers={"Idempotency-Key": draft.idempotency_key, **bearer},
            )
        except Refused as refused:
            if refused.status == _NOT_A_MEMBER and bearer:
                raise NotLoggedIn(again) from None
            if refused.kind != _REUSED:
                raise
            continue
        category = draft.step(DETAILS).fields.get("category", "")
        return Filed.model_validate({**answer.json(), "category": category, "edited_late": attempt != body})
    raise Unavailable("intake")  # something is stored under this key that we do not remember to have sent


def _refused(request: Request, authority: AuthorityConfigured, refused: Refused) -> Response:
    """Nothing was stored. The review says what to mend, or how long to wait."""
    if refused.status != _TOO_FAST:
        return going(request, authority, REVIEW)
    told = refused.retry_after or ""
    minutes = math.ceil(int(told) / 60) if told.isdigit() else 1
    return going(request, authority, REVIEW, wait=str(min(minutes, _LONGEST_WAIT)))


def _page(
    request: Request,
    authority: AuthorityConfigured,
    draft: Draft,
    *,
    status: int = 200,
    away: bool = False,
    stale: bool = False,
) -> Response:
    subject = draft.step(DETAILS).fields.get("subject", "")
    return render(
        request, "filing/confirm.html", authority=authority, status=status, subject=subject, away=away, stale=stale
    )
