"""For tests and training: how a flavour behaves, its keys, and what it was asked."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from sandbox.digital_id.answers import json
from sandbox.digital_id.behaviour import Behaviour
from sandbox.digital_id.provider import Provider


def routes(provider: Provider) -> APIRouter:
    """Told to everybody who can reach the sandbox."""
    router = APIRouter(prefix=f"/{provider.flavour.name}")

    @router.get("/behaviour")
    async def behaviour() -> Behaviour:
        return provider.behaviour

    @router.put("/behaviour")
    async def put_behaviour(behaviour: Behaviour) -> Behaviour:
        provider.behaviour = behaviour
        return behaviour

    @router.post("/rotation", status_code=201)
    async def rotate() -> dict[str, str | None]:
        return {"kid": provider.keys.rotate().kid}

    @router.get("/journal")
    async def journal() -> Response:
        return json(list(provider.journal))

    @router.delete("/journal", status_code=204)
    async def forget_journal() -> None:
        provider.journal.clear()

    return router
