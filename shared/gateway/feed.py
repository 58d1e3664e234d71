"""`GET /api/<service>/v1/log`: a service's own feed, for services and auditors."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Query, Response
from pydantic_core import to_json

from shared.contracts.envelope import Envelope
from shared.gateway.problems import responses
from shared.gateway.tokens import FeedReader
from shared.messaging.feed import Feed

MOST: Final = 1_000
LAST_POSITION: Final = 2**63 - 1


def feed_router(feed: Feed) -> APIRouter:
    """The feed of the log; personal fields stay sealed. The header `Log-Head` has the position of the last fact."""
    router = APIRouter(prefix=f"/api/{feed.service}/v1", tags=["log"])

    @router.get(
        "/log",
        response_model=list[Envelope],
        responses=responses(401, 403),
        summary="Facts after a position, as CloudEvents, in order",
    )
    def log(
        caller: FeedReader,
        after: Annotated[int, Query(ge=0, le=LAST_POSITION)] = 0,
        limit: Annotated[int, Query(ge=0, le=MOST)] = 100,
        types: Annotated[list[str] | None, Query()] = None,
    ) -> Response:
        head = feed.head()
        facts = feed.after(after, limit, types) if limit else []
        seen = [fact for fact in facts if caller.may_see(fact.authority)]
        headers = {"Log-Head": str(head), "Cache-Control": "no-store"}
        return Response(to_json(seen), media_type="application/json", headers=headers)

    return router
