"""`…/own`: the petitioner's own text and files; and the files of a petition that its readers may open."""

from __future__ import annotations

from typing import Annotated, Literal

import httpx
from fastapi import APIRouter, Query, Request, Response
from starlette.exceptions import HTTPException

from services.portal.clients.gateways import Refused
from services.portal.pages.common import portal_of
from services.portal.pages.following import Following, on_petition
from services.portal.pages.passing import PRINTING, TIMEOUT, passed_on
from services.portal.pages.petitioner.proof import as_petitioner, proof_of
from services.portal.rendering import render

router = APIRouter()
Size = Annotated[Literal["preview"] | None, Query()]


@on_petition(router, "/own", "GET")
async def own(request: Request, followed: Following) -> Response:
    """What was told at the filing and since, and the files."""
    answer = await as_petitioner(request, followed, "tracking", "GET", f"/petitions/{followed.number}/own")
    return render(request, "petitioner/own.html", authority=followed.authority, followed=followed, own=answer.json())


@on_petition(router, "/form.pdf", "GET")
async def form(request: Request, followed: Following) -> Response:
    """The whole form for the petitioner; for readers with the tracking code the masked one; else a proof is needed."""
    path = f"/petitions/{followed.number}/form.pdf"
    code = followed.shown.get("tracking_code")
    if code and not proof_of(request, followed):
        answer = await _with_code(request, code, path)
    else:
        answer = await as_petitioner(request, followed, "documents", "GET", path, timeout=TIMEOUT)
    if answer.status_code == PRINTING:
        waiting = render(request, "petitioner/printing.html", authority=followed.authority, followed=followed)
        waiting.headers["Refresh"] = "2"
        return waiting
    return passed_on(answer)


@on_petition(router, "/files/{attachment}", "GET")
async def file(request: Request, followed: Following, attachment: str, size: Size = None) -> Response:
    """A photo that staff published, with the tracking code; any file of one's own petition as the petitioner."""
    asked = {"size": size} if size else {}
    path, code = f"/attachments/{attachment}", followed.shown.get("tracking_code")
    try:
        if code and not proof_of(request, followed):
            return passed_on(await _with_code(request, code, path, **asked))
        return passed_on(await as_petitioner(request, followed, "documents", "GET", path, params=asked))
    except Refused as refused:
        raise HTTPException(404 if refused.status != 429 else 429) from None


async def _with_code(request: Request, code: str, path: str, **asked: str) -> httpx.Response:
    return await portal_of(request).gateways.call(
        "documents",
        "GET",
        path,
        caller=request,
        headers={"X-Tracking-Code": code},
        params=asked,
        timeout=TIMEOUT,
    )
