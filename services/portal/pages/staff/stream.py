"""`/staff/stream`: what happens to petitions, live, for the pages that are open (Server-Sent Events)."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated, Final

import structlog
from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import StreamingResponse

from services.portal.clients.gateways import Refused, Unavailable
from services.portal.pages.account.who import NotLoggedIn
from services.portal.pages.common import portal_of
from services.portal.pages.staff.work import NotAtWork, Work, Working, token_of

router = APIRouter()
HEADERS: Final = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_log = structlog.get_logger(__name__)


@router.get("/staff/stream")
async def stream(
    request: Request,
    work: Working,
    last_event_id: Annotated[int | None, Header(alias="Last-Event-ID", ge=0)] = None,
) -> Response:
    """Tracking's stream passed on; with `Last-Event-ID` none is left out. It ends with the session, and when the
    position is taken away."""
    headers = await token_of(request, work)
    if last_event_id is not None:
        headers["Last-Event-ID"] = str(last_event_id)
    told = _while_at_work(request, work, _relayed(request, headers))
    return StreamingResponse(told, media_type="text/event-stream", headers=HEADERS)


async def _relayed(request: Request, headers: dict[str, str]) -> AsyncGenerator[bytes, None]:
    portal = portal_of(request)
    try:
        async with (
            portal.gateways.stream("tracking", "/stream", headers) as answer,
            aclosing(portal.relays.until_leaving(answer.aiter_raw())) as chunks,
        ):
            async for chunk in chunks:
                yield chunk
    except (Unavailable, Refused) as error:
        _log.info("stream_ended", error=type(error).__name__)


async def _while_at_work(
    request: Request, work: Work, relayed: AsyncGenerator[bytes, None]
) -> AsyncGenerator[bytes, None]:
    async with aclosing(relayed) as chunks:
        async for chunk in chunks:
            if not await _is_at_work(request, work):
                return
            yield chunk


async def _is_at_work(request: Request, work: Work) -> bool:
    """While identity does not answer, who was at work a moment ago stays so."""
    try:
        await token_of(request, work)
    except (NotLoggedIn, NotAtWork):
        return False
    except Unavailable:
        _log.info("stream_unchecked")
    return True
