"""ส่งคำร้อง/ร้องเรียนเรียบร้อยแล้ว: number, tracking code, and the form to print. A reload shows the same."""

from __future__ import annotations

from typing import Any, Final

import httpx
from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from services.portal.clients.gateways import Refused, Unavailable
from services.portal.drafts.draft import Filed
from services.portal.pages.common import Authority, portal_of
from services.portal.pages.filing.drafting import current, going
from services.portal.pages.filing.review import category_name
from services.portal.rendering import render
from shared.contracts.authority import AuthorityConfigured

MOST_ASKED: Final = 40
"""How often a page asks by itself whether the form is printed: a minute with htmx."""
_PDF_HEADERS: Final = ("Content-Disposition", "Content-Security-Policy", "Cache-Control", "ETag")
router = APIRouter()


@router.get("/{authority}/petitions/new/done")
async def done(request: Request, authority: Authority) -> Response:
    """The petition that this browser filed last."""
    petition = await _petition(request, authority)
    if petition is None:
        return going(request, authority, ended="1")
    state = await _form_state(request, petition)
    return render(
        request,
        "filing/done.html",
        authority=authority,
        petition=petition,
        category=category_name(request, authority, petition.category),
        qr=_qr(petition.tracking_url),
        again=request.query_params.get("again"),
        **state,
    )


@router.get("/{authority}/petitions/new/form")
async def form_state(request: Request, authority: Authority) -> Response:
    """The part of the page that tells whether the form can be printed."""
    petition = await _petition(request, authority)
    if petition is None:
        raise HTTPException(404)
    state = await _form_state(request, petition)
    return render(request, "filing/form_state.html", authority=authority, **state)


@router.get("/{authority}/petitions/new/form.pdf")
async def form(request: Request, authority: Authority) -> Response:
    """The official form. The capability that opens it stays here, and out of addresses."""
    petition = await _petition(request, authority)
    if petition is None:
        raise HTTPException(404)
    answer = await _form(request, petition)
    if answer.status_code != httpx.codes.OK:
        return going(request, authority, "done")
    headers = {name: answer.headers[name] for name in _PDF_HEADERS if name in answer.headers}
    return Response(answer.content, headers=headers, media_type="application/pdf")


async def _petition(request: Request, authority: AuthorityConfigured) -> Filed | None:
    draft = await current(request, authority)
    return draft.filed if draft else None


async def _form(request: Request, petition: Filed) -> httpx.Response:
    """The whole form as long as the capability is good, an hour; then the one that the tracking code opens."""
    path = f"/petitions/{petition.number}/form.pdf"
    capability = httpx.URL(petition.form_url).params.get("capability", "")
    gateways = portal_of(request).gateways
    try:
        return await gateways.call("documents", "GET", path, caller=request, params={"capability": capability})
    except Refused as refused:
        if refused.status != httpx.codes.UNAUTHORIZED:
            raise
    code = {"X-Tracking-Code": petition.tracking_code}
    return await gateways.call("documents", "GET", path, caller=request, headers=code)


async def _form_state(request: Request, petition: Filed) -> dict[str, Any]:
    asked = request.query_params.get("waited", "")
    waited = int(asked) if asked.isdigit() and len(asked) < 4 else 0
    try:
        ready = (await _form(request, petition)).status_code == httpx.codes.OK
    except (Refused, Unavailable):
        ready = False
    return {"ready": ready, "htmx_asks": waited < MOST_ASKED, "waited": str(waited + 1)}


def _qr(address: str) -> str:
    """SVG of the address of the status page, on white also where the page is dark."""
    import segno  # not a matter of the start

    return segno.make(address, error="m").svg_inline(scale=4, border=2, dark="#000", light="#fff")
