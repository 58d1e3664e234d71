"""Files that gateways keep, passed on to the browser as they came."""

from __future__ import annotations

from typing import Final

import httpx
from fastapi import Response

TIMEOUT: Final = httpx.Timeout(1.5, connect=0.3)
"""A file that is written for the first time takes a moment longer; even then the page answers within two seconds."""
PRINTING: Final = 202
PASSED_ON: Final = ("content-type", "content-disposition", "etag", "x-content-type-options", "content-security-policy")


def passed_on(answer: httpx.Response) -> Response:
    """As documents sent it; browsers ask again each time, because rights end."""
    headers = {name: answer.headers[name] for name in PASSED_ON if name in answer.headers}
    return Response(answer.content, headers={**headers, "Cache-Control": "private, no-store"})
