"""Files that gateways keep or make, passed on to the browser as they came."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import Final

import httpx
from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from services.portal.clients.gateways import forwarded
from services.portal.pages.common import portal_of

TIMEOUT: Final = httpx.Timeout(1.2, connect=0.3)
"""Other gateways are asked before it: even then the page answers within two seconds."""
PRINTING: Final = 202
PASSED_ON: Final = ("content-type", "content-disposition", "etag", "x-content-type-options", "content-security-policy")


def passed_on(answer: httpx.Response) -> Response:
    """As documents sent it; browsers ask again each time, because rights end."""
    return Response(answer.content, headers={**_headers(answer), "Cache-Control": "private, no-store"})


async def passed_through(request: Request, service: str, path: str, headers: dict[str, str]) -> Response:
    """A file of any size, bit by bit: the portal holds one bit of it at a time. Raises Unavailable, Refused.

    When the gateway dies in the middle the browser's download is cut too, and so told apart from a whole file.
    """
    opened, asked = AsyncExitStack(), {**forwarded(request), **headers}
    answer = await opened.enter_async_context(portal_of(request).gateways.stream(service, path, asked))
    return _Passing(answer, opened)


class _Passing(StreamingResponse):
    """Lets go of the gateway's answer however its own ends, also when nobody reads any of it."""

    def __init__(self, answer: httpx.Response, opened: AsyncExitStack) -> None:
        super().__init__(answer.aiter_bytes(), headers={**_headers(answer), "Cache-Control": "private, no-store"})
        self._opened = opened

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self._opened:
            await super().__call__(scope, receive, send)


def _headers(answer: httpx.Response) -> dict[str, str]:
    return {name: answer.headers[name] for name in PASSED_ON if name in answer.headers}
