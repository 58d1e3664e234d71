"""The proof that the reader is the petitioner: tracking's token, sealed in a cookie, never in an address or a page; or
that a member who is logged in filed it."""

from __future__ import annotations

from typing import Any, Final

import httpx
from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from services.portal.clients.gateways import Refused
from services.portal.pages.common import portal_of
from services.portal.pages.following import MOST_KEPT, Followed
from services.portal.sealed import keep_sealed, read_sealed
from services.portal.visitor import account_of

PROOF: Final = "proof"
AS_MEMBER: Final = "member"
"""In place of a token: the petition is one of the member's own, whose token is as good."""
_NO_LONGER: Final = frozenset({401, 403})


def proof_of(request: Request, followed: Followed) -> str:
    """The token for this petition; empty when there is none."""
    kept = str(read_sealed(request, portal_of(request).settings, PROOF).get(followed.number, ""))
    if kept != AS_MEMBER:
        return kept
    account = account_of(request)
    return account.token if account else ""


def keep_proof(request: Request, response: Response, number: str, token: str) -> None:
    """For the half hour that the token is good for."""
    settings = portal_of(request).settings
    kept = {**read_sealed(request, settings, PROOF), number: token}
    keep_sealed(response, settings, PROOF, dict(list(kept.items())[-MOST_KEPT:]))


async def as_petitioner(
    request: Request, followed: Followed, service: str, method: str, path: str, **asked: Any
) -> httpx.Response:
    """Call a gateway as the petitioner. Raises NotProven, Refused, Unavailable."""
    token = proof_of(request, followed)
    if not token:
        raise NotProven(followed, request.url.path)
    headers = {**asked.pop("headers", {}), "Authorization": f"Bearer {token}"}
    try:
        return await portal_of(request).gateways.call(service, method, path, caller=request, headers=headers, **asked)
    except Refused as refused:
        if refused.status in _NO_LONGER:
            raise NotProven(followed, request.url.path) from None
        raise


class NotProven(Exception):
    """The page is for the petitioner, and the reader has not shown to be that, or too long ago."""

    def __init__(self, followed: Followed, path: str) -> None:
        super().__init__(followed.number)
        self.followed = followed
        self.wanted = path.rstrip("/").rpartition("/")[2]


async def prove_first(_: Request, error: Exception) -> Response:
    """Leads to the page that sends a code to the phone on file, and from there back to what was wanted."""
    assert isinstance(error, NotProven)
    return RedirectResponse(f"{error.followed.base}/verify?next={error.wanted}", 303)
